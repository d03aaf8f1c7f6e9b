import * as v from 'valibot';
import { durationMs, durationPattern } from './duration.ts';
import type { Finding } from './problem.ts';
import { about, matching, text } from './schema-parts.ts';
import type { MetricSpec, RecordsSpec } from './spec.ts';
import { found, type Item, items, withoutEffect } from './tree.ts';

/* What a metric is made of: the entries of a map, or the records that arrive through one. */

export const ringbuf = {
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

type Reads = {
  readonly name: string;
  readonly map?: string | undefined;
  readonly value?: string | undefined;
};

/** What a metric reads, as its spec has it. */
export function readsOf(
  { name, map, value }: Reads,
  source: RecordSource = {},
): Pick<MetricSpec, 'map' | 'value' | 'records'> {
  return { map: source.ringbuf ?? map ?? name, value, records: recordsOf(source) };
}

/** `needed`: what gives the keys of records an effect. */
export function checkRecords(metric: Item, needed: string): Finding[] {
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
