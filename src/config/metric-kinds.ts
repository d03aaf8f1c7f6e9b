import * as v from 'valibot';
import { checkBuckets } from './bucket-checks.ts';
import { durationMs, durationPattern } from './duration.ts';
import { metricLabel } from './label-schema.ts';
import type { Finding } from './problem.ts';
import { quote } from './quote.ts';
import { about, flag, listOf, mapping, matching, needed, oneOf, text, whole } from './schema-parts.ts';
import {
  bucketTypes,
  type CounterSpec,
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
    about('The BPF map to read; the metric is named ebpf_exporter_ and this'),
  ),
  help: v.pipe(text('help text'), about('Help text of the metric')),
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

const counter: MetricKind<CounterSpec> = {
  list: 'counters',
  schema: v.pipe(
    mapping({
      ...common,
      perf_event_array: v.pipe(flag, about('The map is a perf event array; count its events')),
      ...ringbuf,
      labels: v.pipe(
        v.optional(listOf(metricLabel, 'labels'), []),
        about('The fields of the map key, in order'),
      ),
    }),
    v.transform(
      ({ name, help, labels, ...source }) =>
        ({
          kind: 'counter',
          name,
          map: source.ringbuf ?? name,
          help,
          labels,
          records: recordsOf(source),
        }) as const,
    ),
  ),
  suffixes: [],
  check: (metric) => [
    ...checkLabelNames('counter', items(metric, 'labels')),
    ...checkRecords(metric, 'perf_event_array: true or ringbuf'),
  ],
};

const numbers = needed('a number, 0 or more,');
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
      bucket_multiplier: v.pipe(
        v.optional(v.pipe(v.number(numbers), v.finite(numbers), v.minValue(0, numbers)), 1),
        about('Factor of every bound and of the sum'),
      ),
      bucket_keys: v.pipe(
        v.optional(listOf(whole(0), 'whole numbers'), []),
        about('fixed: the bucket keys, in rising order'),
      ),
      labels: v.pipe(
        listOf(metricLabel, bucketLabels),
        v.minLength(1, needed(`a list of ${bucketLabels}`)),
        about('The fields of the map key, in order; the last is the bucket'),
      ),
    }),
    v.transform(
      ({ name, help, labels, ...buckets }) =>
        ({
          kind: 'histogram',
          name,
          map: buckets.ringbuf ?? name,
          help,
          labels,
          records: recordsOf(buckets),
          bucketType: buckets.bucket_type,
          bucketMin: buckets.bucket_min,
          bucketMax: buckets.bucket_max,
          bucketMultiplier: buckets.bucket_multiplier || 1,
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
    return [
      ...checkBuckets(metric),
      ...named,
      ...checkLabelNames('histogram', labels),
      ...checkRecords(metric, 'ringbuf'),
    ];
  },
};

/** Every kind of metric, in the order in which they are served. */
export const metricKinds: {
  readonly [Kind in MetricSpec['kind']]: MetricKind<Extract<MetricSpec, { kind: Kind }>>;
} = { counter, histogram };

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
  if (perf_event_array === true || ringbuf !== undefined) return [];
  return withoutEffect(metric, ['flush_interval'], needed);
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
