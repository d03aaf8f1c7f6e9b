import type { HistogramSpec } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { bucketsOf } from './buckets.ts';
import { keyOptions, type Metric, type MetricInput, namePrefix, valueReader } from './metric.ts';
import { SeriesTable } from './series-table.ts';

/** A histogram: for each label set the count of every bucket, and the sum. The last label is the bucket's key. */
export function createHistogram(spec: HistogramSpec, input: MetricInput): Metric {
  const { bounds, places, sumPlace, multiplier } = bucketsOf(spec);
  const elsewhere = Math.max(bounds.length, sumPlace + 1); // where keys outside of the range are counted, and not shown
  const bucketLabel = spec.labels.length - 1;
  const table = input.reading.sink(
    `histogram ${spec.name}`,
    () =>
      new SeriesTable({
        ...keyOptions(input),
        places: elsewhere + 1,
        exportedLabels: bucketLabel,
        place: (values) => places.get(bucketKey(values[bucketLabel]!)) ?? elsewhere,
      }),
  );
  table.addColumn(valueReader(input));
  return {
    name: namePrefix + spec.name,
    help: spec.help,
    type: 'histogram',
    labelled: bucketLabel > 0,
    multiplier,
    buckets: { bounds, sumPlace },
    get empty() {
      return !table.usable || table.empty;
    },
    series: (visit) => table.slices(visit),
  };
}

/** The bucket's key in decimal without leading zeros, as `Buckets.places` has it. */
function bucketKey(text: string): string {
  if (/^\d+$/.test(text)) return BigInt(text).toString();
  throw new ExporterError(
    'decode',
    `Cannot use bucket "${text}": the last label must decode to an unsigned integer`,
  );
}
