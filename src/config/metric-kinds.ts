import * as v from 'valibot';
import { checkBuckets } from './bucket-checks.ts';
import { durationMs, durationPattern } from './duration.ts';
import { fieldPath, metricLabel } from './label-schema.ts';
import type { Finding } from './problem.ts';
import { quote } from './quote.ts';
import { about, flag, listOf, mapping, matching, needed, oneOf, text, whole } from './schema-parts.ts';
import {
  aggregates,
  bucketTypes,
  type CounterSpec,
  type GaugeSpec,
  type HistogramSpec,
  type MetricSpec,
  type RecordsSpec,
} from './spec.ts';
import { found, type Item, items, textOf, withoutEffect } from './tree.ts';

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

const ringbuf = {
  ringbuf: v.pipe(
    v.optional(text('the name of a ring buffer map')),
    about('Count the records of this ring buffer map; without it, the map of the name is read'),
  ),
  flush_interval: v.pipe(
    v.optional(matching(durationPattern, 'a duration such as 300ms, 30s, 5m or 1h30m')),
    about('How often counts of records are cleared: 1h for a perf event array, never for a ring buffer'),
  ),
};
const defaultFlushMs = 3_600_000;

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
      perf_event_array: v.pipe(flag, about('The map is a perf event array; count its events')),
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
          ...readsOf({ name, map, value }, source),
          maxSeries,
          multiplier: multiplier || 1,
          labels,
        }) as const,
    ),
  ),
  suffixes: [],
  check: (metric) => [
    ...checkLabels('counter', metric),
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
      labels: labelList,
    }),
    v.transform(
      ({ max_series: maxSeries, ...same }) =>
        ({
          kind: 'gauge',
          ...same,
          ...readsOf(same),
          maxSeries,
          multiplier: same.multiplier || 1,
        }) as const,
    ),
  ),
  suffixes: [],
  check: (metric) => checkLabels('gauge', metric),
};

const bucketLabels = 'labels, the last for the bucket,';

const histogram: MetricKind<HistogramSpec> = {
  list: 'histograms',
  schema: v.pipe(
    mapping({
      ...common,
      ...ringbuf,
      bucket_type: v.pipe(oneOf(bucketTypes), about('How a bucket key becomes an upper bound')),
      bucket_min: v.pipe(v.optional(whole(0), 0), about('First bucket key')),
      bucket_max: v.pipe(v.optional(whole(0), 0), about('Last bucket key')),
      bucket_multiplier: v.pipe(v.optional(factor, 1), about('Factor of every bound and of the sum')),
      multiplier: v.pipe(v.optional(factor), about('The same as bucket_multiplier')),
      bucket_keys: v.pipe(
        v.optional(listOf(whole(0), 'whole numbers'), []),
        about('fixed: the bucket keys, in rising order'),
      ),
      sum: v.pipe(
        v.optional(matching(fieldPath, 'a field of the value, such as total,')),
        about('The field of the value that is the sum, beside an array of buckets'),
      ),
      labels: v.pipe(
        v.optional(listOf(metricLabel, bucketLabels), []),
        about(
          'The fields of the map key, in order; the last is the bucket, unless value is an array of buckets',
        ),
      ),
    }),
    v.transform(
      ({ name, help, map, value, max_series: maxSeries, labels, ...buckets }) =>
        ({
          kind: 'histogram',
          name,
          help,
          ...readsOf({ name, map, value }, buckets),
          maxSeries,
          sum: buckets.sum,
          labels,
          bucketType: buckets.bucket_type,
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
      ...checkBuckets(metric),
      ...named,
      ...checkLabelNames('histogram', labels),
      ...checkSizes(items(metric, 'labels')),
      ...checkRecords(metric, 'ringbuf'),
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

/** Every kind of metric, in the order in which they are served. */
export const metricKinds: {
  readonly [Kind in MetricSpec['kind']]: MetricKind<Extract<MetricSpec, { kind: Kind }>>;
} = { counter, gauge, histogram };

/** The kinds as a list, for what does not ask which they are. */
export const allMetricKinds: readonly MetricKind[] = Object.values(metricKinds);

type RecordSource = {
  readonly perf_event_array?: boolean;
  readonly ringbuf?: string | undefined;
  readonly flush_interval?: string | undefined;
};

/** Counts of a perf event array have always been cleared; those of a ring buffer are when somebody wants it. */
function recordsOf({
  perf_event_array,
  ringbuf,
  flush_interval = '0',
}: RecordSource): RecordsSpec | undefined {
  const flushIntervalMs = durationMs(flush_interval) || undefined;
  if (ringbuf !== undefined) return { from: 'ringbuf', flushIntervalMs };
  return perf_event_array
    ? { from: 'perf_event_array', flushIntervalMs: flushIntervalMs ?? defaultFlushMs }
    : undefined;
}

function checkRecords(metric: Item, needed: string): Finding[] {
  const { perf_event_array, ringbuf } = metric.value;
  if (perf_event_array === true && ringbuf !== undefined) {
    return found(
      { key: [...metric.path, 'ringbuf'] },
      '"ringbuf" and "perf_event_array" are both given; one of them is needed',
    );
  }
  if (perf_event_array === true || ringbuf !== undefined) return checkRecordFields(metric);
  return withoutEffect(metric, ['flush_interval'], needed);
}

type Reads = {
  readonly name: string;
  readonly map?: string | undefined;
  readonly value?: string | undefined;
};

function readsOf(
  { name, map, value }: Reads,
  source: RecordSource = {},
): Pick<MetricSpec, 'map' | 'value' | 'records'> {
  return { map: source.ringbuf ?? map ?? name, value, records: recordsOf(source) };
}

function checkLabels(kind: string, metric: Item): Finding[] {
  const labels = items(metric, 'labels');
  return [...checkLabelNames(kind, labels), ...checkSizes(labels)];
}

/** All labels say their sizes, or all are fields, and `cpu` with them. */
function checkSizes(labels: readonly Item[]): Finding[] {
  const sized = labels.find(({ value }) => value.size !== undefined);
  return labels.flatMap((label) => {
    const { size, padding, field, decoders } = label.value;
    if (size === undefined) {
      if (padding !== undefined)
        return found([...label.path, 'padding'], 'padding without size; a size is needed');
      return sized === undefined
        ? []
        : found(
            label.path,
            'label has no size, others of the metric have; a size for all of them, or for none, is needed',
          );
    }
    if (field !== undefined)
      return found([...label.path, 'field'], 'label has a size and a field; one of them is needed');
    return decoders === undefined
      ? found(label.path, 'label has no "decoders"; a list of one or more decoders is needed')
      : [];
  });
}

/** Records have no type that the object would tell of. */
function checkRecordFields(metric: Item): Finding[] {
  const { value, path } = metric;
  const from = value.perf_event_array === true ? 'perf event array' : 'ring buffer';
  if (value.perf_event_array !== true && value.ringbuf === undefined) return [];
  return [
    ...(value.value === undefined
      ? []
      : found([...path, 'value'], `"value" of a ${from}, whose records are counted; none is needed`)),
    ...(value.map === undefined || value.ringbuf === undefined
      ? []
      : found([...path, 'map'], '"map" and "ringbuf" are both given; one of them is needed')),
    ...items(metric, 'labels')
      .filter((label) => label.value.size === undefined)
      .flatMap((label) => found(label.path, 'label of a record has no size; a size is needed')),
  ];
}

function checkLabelNames(kind: string, labels: readonly Item[]): Finding[] {
  const seen = new Set<string>();
  return labels.flatMap((label) => {
    const name = textOf(label, 'name');
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return [];
    }
    return found(
      [...label.path, 'name'],
      `label ${quote(name)} is in the ${kind} twice; each name once is needed`,
    );
  });
}
