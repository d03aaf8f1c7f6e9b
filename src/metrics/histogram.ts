import type { HistogramSpec } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { bucketsOf } from './buckets.ts';
import { type Metric, type MetricInput, namePrefix } from './metric.ts';
import { SeriesTable } from './series-table.ts';

/** A histogram: for each label set the count of every bucket, and the sum. The last label is the bucket's key. */
export function createHistogram(spec: HistogramSpec, input: MetricInput): Metric {
  const { bounds, places, sumPlace, multiplier } = bucketsOf(spec);
  const elsewhere = Math.max(bounds.length, sumPlace + 1); // where keys outside of the range are counted, and not shown
  const bucketLabel = spec.labels.length - 1;
  const series = new SeriesTable({
    ...input,
    stride: elsewhere + 1,
    exportedLabels: bucketLabel,
    place: (values) => places.get(bucketKey(values[bucketLabel]!)) ?? elsewhere,
  });
  return {
    name: namePrefix + spec.name,
    help: spec.help,
    type: 'histogram',
    labelled: bucketLabel > 0,
    multiplier,
    buckets: { bounds, sumPlace },
    collect: () => series.collect(),
    get empty() {
      return !series.usable || series.empty;
    },
    get errors() {
      return series.errors;
    },
    series: (visit) => series.slices(visit),
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
