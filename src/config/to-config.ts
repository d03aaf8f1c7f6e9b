import { durationMs } from './duration.ts';
import type { CheckedFile } from './schema.ts';
import type { Config, CounterSpec, HistogramSpec, LabelSpec, SpanSpec } from './spec.ts';

type Counter = NonNullable<CheckedFile['metrics']>['counters'][number];
type Histogram = NonNullable<CheckedFile['metrics']>['histograms'][number];
type Span = NonNullable<CheckedFile['tracing']>['spans'][number];
type Label = Span['labels'][number];

const defaultFlushIntervalMs = 3_600_000;

/** From the names of the file to ours, every default filled in, frozen. */
export function toConfig(name: string, file: string, checked: CheckedFile): Config {
  const { metrics, tracing, kaddrs, cgroup_id_map: cgroupIdMap } = checked;
  return freeze({
    name,
    file,
    counters: metrics?.counters.map(toCounter) ?? [],
    histograms: metrics?.histograms.map(toHistogram) ?? [],
    spans: tracing?.spans.map(toSpan) ?? [],
    kaddrs,
    cgroupIdMap,
  });
}

function toCounter(counter: Counter): CounterSpec {
  return {
    kind: 'counter',
    name: counter.name,
    help: counter.help,
    perfEventArray: counter.perf_event_array,
    flushIntervalMs: durationMs(counter.flush_interval) || defaultFlushIntervalMs,
    labels: counter.labels.map(toLabel),
  };
}

function toHistogram(histogram: Histogram): HistogramSpec {
  return {
    kind: 'histogram',
    name: histogram.name,
    help: histogram.help,
    bucketType: histogram.bucket_type,
    bucketMin: histogram.bucket_min,
    bucketMax: histogram.bucket_max,
    bucketMultiplier: histogram.bucket_multiplier || 1,
    bucketKeys: histogram.bucket_keys,
    labels: histogram.labels.map(toLabel),
  };
}

function toSpan(span: Span): SpanSpec {
  return { ...span, labels: span.labels.map(toLabel) };
}

function toLabel(label: Label): LabelSpec {
  return {
    ...label,
    decoders: label.decoders.map(({ name, static_map: map, allow_unknown: allowUnknown, regexps }) => ({
      name,
      staticMap: map,
      allowUnknown,
      regexps,
    })),
  };
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
