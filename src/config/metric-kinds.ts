import * as v from 'valibot';
import { checkBuckets } from './bucket-checks.ts';
import { checkLabelNames, checkLabels, checkSizes, checkValueLabels } from './label-checks.ts';
import { fieldPath, metricLabel } from './label-schema.ts';
import { checkRecords, ofRecords, perfEventArray, readsOf, ringbuf } from './metric-source.ts';
import type { Finding } from './problem.ts';
import { about, listOf, mapping, matching, needed, oneOf, text, whole } from './schema-parts.ts';
import {
  aggregates,
  bucketTypes,
  type CounterSpec,
  type GaugeSpec,
  type HistogramSpec,
  type MetricSpec,
} from './spec.ts';
import { found, type Item, items, textOf, withoutEffect } from './tree.ts';
import { checkWindow, windowSettings } from './window-settings.ts';

/** All that the configuration has to know of a kind of metric; `src/metrics/metric-kinds.ts` makes them. */
export type MetricKind<Spec extends MetricSpec = MetricSpec> = {
  /** The key of `metrics` that lists them. */
  readonly list: string;
  readonly schema: v.GenericSchema<unknown, Spec>;
  /** What is served under the metric's name, and these behind it. */
  readonly suffixes: readonly string[];
  /** How the values of an item go together, other than the schema says. */
  check(metric: Item): Finding[];
};

const common = {
  name: v.pipe(
    matching(/^[A-Za-z0-9_:]+$/, 'a metric name of letters, digits, _ and :'),
    about('The metric is named ebpf_exporter_ and this; the BPF map to read unless map says another'),
  ),
  help: v.pipe(text('help text'), about('Help text of the metric')),
  map: v.pipe(
    v.optional(text('the name of a map')),
    about('The BPF map to read, when it is not named as the metric'),
  ),
  value: v.pipe(
    v.optional(matching(fieldPath, 'a field of the value, such as sent.bytes or counts[3],')),
    about("The field of the map's value to read; all of the value unless given"),
  ),
  max_series: v.pipe(
    v.optional(whole(0), 0),
    about(
      'How many label sets are series of their own; further ones are one, whose labels are all other. 0: no limit',
    ),
  ),
};

const numbers = needed('a number, 0 or more,');
const factor = v.pipe(v.number(numbers), v.finite(numbers), v.minValue(0, numbers));
const multiplier = v.pipe(v.optional(factor, 1), about('Factor of every value'));

const labelList = v.pipe(
  v.optional(listOf(metricLabel, 'labels'), []),
  about('The fields of the map key, in order'),
);

const counter: MetricKind<CounterSpec> = {
  list: 'counters',
  schema: v.pipe(
    mapping({
      ...common,
      ...perfEventArray,
      ...ringbuf,
      multiplier,
      labels: labelList,
    }),
    v.transform(
      ({ name, help, map, value, max_series: maxSeries, multiplier, labels, ...source }) =>
        ({
          kind: 'counter',
          name,
          help,
          ...readsOf({ name, map, value, labels }, source),
          maxSeries,
          multiplier: multiplier || 1,
        }) as const,
    ),
  ),
  suffixes: [],
  check: (metric) => [
    ...checkLabels('counter', metric),
    ...checkValueLabels(metric),
    ...checkRecords(metric, 'perf_event_array: true or ringbuf'),
  ],
};

const gauge: MetricKind<GaugeSpec> = {
  list: 'gauges',
  schema: v.pipe(
    mapping({
      ...common,
      multiplier,
      aggregate: v.pipe(
        v.optional(oneOf(aggregates), 'sum'),
        about('How the values of CPUs, and of keys with equal labels, become one'),
      ),
      window: windowSettings,
      labels: labelList,
    }),
    v.transform(
      ({ max_series: maxSeries, ...same }) =>
        ({
          kind: 'gauge',
          ...same,
          ...readsOf(same),
          window: same.window,
          maxSeries,
          multiplier: same.multiplier || 1,
        }) as const,
    ),
  ),
  suffixes: [],
  check: (metric) => [...checkLabels('gauge', metric), ...checkWindow(metric)],
};

const bucketLabels = 'labels, the last for the bucket,';

const histogram: MetricKind<HistogramSpec> = {
  list: 'histograms',
  schema: v.pipe(
    mapping({
      ...common,
      ...perfEventArray,
      ...ringbuf,
      bucket_type: v.pipe(v.optional(oneOf(bucketTypes)), about('How a bucket key becomes an upper bound')),
      bucket_min: v.pipe(v.optional(whole(0), 0), about('First bucket key')),
      bucket_max: v.pipe(v.optional(whole(0), 0), about('Last bucket key')),
      bucket_multiplier: v.pipe(v.optional(factor, 1), about('Factor of every bound and of the sum')),
      multiplier: v.pipe(v.optional(factor), about('The same as bucket_multiplier')),
      bucket_keys: v.pipe(
        v.optional(listOf(whole(0), 'whole numbers'), []),
        about('fixed: the bucket keys, in rising order'),
      ),
      buckets: v.pipe(
        v.optional(listOf(factor, 'upper bounds'), []),
        about('Of records, in place of bucket_type: the upper bounds of value, in the unit of the metric'),
      ),
      sum: v.pipe(
        v.optional(matching(fieldPath, 'a field of the value, such as total,')),
        about('The field of the value that is the sum, beside an array of buckets'),
      ),
      labels: v.pipe(
        v.optional(listOf(metricLabel, bucketLabels), []),
        about(
          'The fields of the map key, in order; the last is the bucket, unless value is an array of buckets, or of a record',
        ),
      ),
    }),
    v.transform(
      ({ name, help, map, value, max_series: maxSeries, labels, ...buckets }) =>
        ({
          kind: 'histogram',
          name,
          help,
          ...readsOf({ name, map, value, labels }, buckets),
          maxSeries,
          sum: buckets.sum,
          bucketType: buckets.bucket_type ?? 'bounds',
          buckets: buckets.buckets,
          bucketMin: buckets.bucket_min,
          bucketMax: buckets.bucket_max,
          bucketMultiplier: buckets.multiplier || buckets.bucket_multiplier || 1,
          bucketKeys: buckets.bucket_keys,
        }) as const,
    ),
  ),
  suffixes: ['_bucket', '_sum', '_count'],
  check(metric) {
    const labels = items(metric, 'labels').slice(0, -1);
    const named = labels.flatMap((label) =>
      textOf(label, 'name') === 'le'
        ? found(
            [...label.path, 'name'],
            'label "le" is not the last of the histogram; only the bucket may have that name',
          )
        : [],
    );
    const { multiplier, bucket_multiplier: bucketMultiplier } = metric.value;
    const both =
      multiplier === undefined || bucketMultiplier === undefined
        ? []
        : found(
            [...metric.path, 'multiplier'],
            '"multiplier" and "bucket_multiplier" are the same; one of them is needed',
          );
    return [
      ...both,
      ...checkBucketLabel(metric),
      ...(ofRecords(metric) ? checkObserved(metric) : []),
      ...checkBuckets(metric, ofRecords(metric)),
      ...named,
      ...checkLabelNames('histogram', labels),
      ...checkSizes(items(metric, 'labels')),
      ...checkValueLabels(metric),
      ...checkRecords(metric, 'perf_event_array: true or ringbuf'),
    ];
  },
};

/** Buckets are told apart by a label, or by their place in an array, which `value` names. */
function checkBucketLabel({ value, path }: Item): Finding[] {
  if (value.value !== undefined) return [];
  const sum = withoutEffect({ value, path }, ['sum'], 'a value that is an array of buckets');
  const { labels } = value;
  if (labels === undefined) {
    return [...sum, ...found(path, `histogram has no "labels"; a list of ${bucketLabels} is needed`)];
  }
  if (!Array.isArray(labels) || labels.length > 0) return sum;
  const empty = `"labels" of histogram is an empty list; a list of ${bucketLabels} is needed`;
  return [...sum, ...found([...path, 'labels'], empty)];
}

/** Records with a value are put into buckets here; those without say their bucket by a label. */
function checkObserved(metric: Item): Finding[] {
  const { value, path } = metric;
  const sum = withoutEffect(metric, ['sum'], 'a value that is an array of buckets');
  if (value.buckets === undefined || value.value !== undefined) return value.value === undefined ? [] : sum;
  return found(
    [...path, 'buckets'],
    '"buckets" of a histogram without "value"; a field of the record is needed',
  );
}

/** Every kind of metric, in the order in which they are served. */
export const metricKinds: {
  readonly [Kind in MetricSpec['kind']]: MetricKind<Extract<MetricSpec, { kind: Kind }>>;
} = { counter, gauge, histogram };

/** The kinds as a list, for what does not ask which they are. */
export const allMetricKinds: readonly MetricKind[] = Object.values(metricKinds);
