import * as v from 'valibot';
import { checkBuckets } from './bucket-checks.ts';
import { durationMs, durationPattern } from './duration.ts';
import { metricLabel } from './label-schema.ts';
import type { Finding } from './problem.ts';
import { quote } from './quote.ts';
import { about, flag, listOf, mapping, matching, needed, oneOf, text, whole } from './schema-parts.ts';
import { bucketTypes, type CounterSpec, type HistogramSpec, type MetricSpec } from './spec.ts';
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

const defaultFlushInterval = '1h';

const counter: MetricKind<CounterSpec> = {
  list: 'counters',
  schema: v.pipe(
    mapping({
      ...common,
      perf_event_array: v.pipe(flag, about('The map is a perf event array; count its events')),
      flush_interval: v.pipe(
        v.optional(
          matching(durationPattern, 'a duration such as 300ms, 30s, 5m or 1h30m'),
          defaultFlushInterval,
        ),
        about('How often the counts of a perf event array are cleared'),
      ),
      labels: v.pipe(
        v.optional(listOf(metricLabel, 'labels'), []),
        about('The fields of the map key, in order'),
      ),
    }),
    v.transform(({ name, help, labels, perf_event_array: isPerfEventArray, flush_interval: interval }) => {
      const flushIntervalMs = durationMs(interval) || durationMs(defaultFlushInterval);
      const records = isPerfEventArray ? { from: 'perf_event_array' as const, flushIntervalMs } : undefined;
      return { kind: 'counter', name, map: name, help, labels, records } as const;
    }),
  ),
  suffixes: [],
  check: (metric) => [
    ...checkLabelNames('counter', items(metric, 'labels')),
    ...(metric.value.perf_event_array === true
      ? []
      : withoutEffect(metric, ['flush_interval'], 'perf_event_array: true')),
  ],
};

const numbers = needed('a number, 0 or more,');
const bucketLabels = 'labels, the last for the bucket,';

const histogram: MetricKind<HistogramSpec> = {
  list: 'histograms',
  schema: v.pipe(
    mapping({
      ...common,
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
          map: name,
          help,
          labels,
          records: undefined,
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
    return [...checkBuckets(metric), ...named, ...checkLabelNames('histogram', labels)];
  },
};

/** Every kind of metric, in the order in which they are served. */
export const metricKinds: {
  readonly [Kind in MetricSpec['kind']]: MetricKind<Extract<MetricSpec, { kind: Kind }>>;
} = { counter, histogram };

/** The kinds as a list, for what does not ask which they are. */
export const allMetricKinds: readonly MetricKind[] = Object.values(metricKinds);

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
