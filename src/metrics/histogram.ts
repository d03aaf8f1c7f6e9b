import type { HistogramSpec } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { bucketsOf } from './buckets.ts';
import type { BucketValues } from './family.ts';
import { keyOptions, type Metric, type MetricInput, namePrefix, valueReader } from './metric.ts';
import type { PlacedSlots, PlacedValue, ValueReader } from './placed-value.ts';
import { SeriesTable } from './series-table.ts';

/** A histogram: for each label set the count of every bucket, and the sum. */
export function createHistogram(spec: HistogramSpec, input: MetricInput): Metric {
  const { slots } = input;
  return slots === undefined ? histogramByLabel(spec, input) : histogramOfSlots(spec, input, slots);
}

/** The last label is the bucket's key. */
function histogramByLabel(spec: HistogramSpec, input: MetricInput): Metric {
  const { bounds, sumPlace } = bucketsOf(spec);
  const { places, placeOf } = placesOf(spec);
  const bucketLabel = spec.labels.length - 1;
  const table = input.reading.sink(
    `histogram ${spec.name}`,
    () =>
      new SeriesTable({
        ...keyOptions(input),
        maxSets: spec.maxSeries,
        places,
        exportedLabels: bucketLabel,
        place: (values) => placeOf(values[bucketLabel]!),
      }),
  );
  table.addColumn(valueReader(input));
  return familyOf(spec, table, bucketLabel > 0, { bounds, sumPlace });
}

/** The places of a label set whose buckets are told by a label, and which of them is a bucket's. */
export function placesOf(spec: HistogramSpec): { places: number; placeOf(bucketText: string): number } {
  const { bounds, places, sumPlace } = bucketsOf(spec);
  const elsewhere = Math.max(bounds.length, sumPlace + 1); // where keys outside of the range are counted, and not shown
  return { places: elsewhere + 1, placeOf: (text) => places.get(bucketKey(text)) ?? elsewhere };
}

/** The value is an array of buckets: each is a column of the table, in the order of the bounds, and the sum is the last. */
function histogramOfSlots(spec: HistogramSpec, input: MetricInput, slots: PlacedSlots): Metric {
  const { bounds, keys, sumKey } = bucketsOf(spec);
  const labels = spec.labels.length;
  const table = input.reading.sink(
    `histogram ${spec.name}`,
    () =>
      new SeriesTable({
        ...keyOptions(input),
        maxSets: spec.maxSeries,
        places: 1,
        exportedLabels: labels,
        place: () => 0,
      }),
  );
  const column = (value: PlacedValue | undefined): void => {
    table.addColumn(value === undefined ? zeros : valueReader(input, value));
  };
  for (const key of keys) column(slots.buckets[key]);
  const beyond = slots.beyond !== undefined;
  if (beyond) column(slots.beyond);
  column(slots.sum ?? slots.buckets[sumKey]);
  return familyOf(spec, table, labels > 0, { bounds, sumPlace: bounds.length + (beyond ? 1 : 0), beyond });
}

/** What an array has behind its end. */
const zeros: ValueReader = (_values, _first, count, out) => {
  out.fill(0, 0, count);
};

function familyOf(spec: HistogramSpec, table: SeriesTable, labelled: boolean, buckets: BucketValues): Metric {
  return {
    name: namePrefix + spec.name,
    help: spec.help,
    type: 'histogram',
    labelled,
    multiplier: spec.bucketMultiplier,
    buckets,
    get empty() {
      return !table.usable || table.empty;
    },
    get limited() {
      return spec.maxSeries > 0 ? table.folded : undefined;
    },
    series: (visit) => table.slices(visit),
    table: () => table.columns(),
    follow: (renumber) => table.follow(renumber),
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
