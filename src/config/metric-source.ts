import * as v from 'valibot';
import { durationMs, durationPattern } from './duration.ts';
import type { Finding } from './problem.ts';
import { quote } from './quote.ts';
import { about, flag, matching, text, whole } from './schema-parts.ts';
import type { LabelSpec, MetricLabelSpec, MetricSpec, RecordsSpec } from './spec.ts';
import { found, type Item, isObject, items, textOf, withoutEffect } from './tree.ts';

/* What a metric is made of: the entries of a map, or the records that arrive through one. */

/** At 100 bytes of memory for each key and label set, some ten MB. */
const defaultMaxKeys = 100_000;

export const perfEventArray = {
  perf_event_array: v.pipe(flag, about('The map is a perf event array; count its events')),
};

export const ringbuf = {
  ringbuf: v.pipe(
    v.optional(text('the name of a ring buffer map')),
    about('Count the records of this ring buffer map; without it, the map of the name is read'),
  ),
  max_keys: v.pipe(
    v.optional(whole(1), defaultMaxKeys),
    about('How many different keys of records are counted apart; further ones are one series'),
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
  readonly max_keys?: number;
  readonly flush_interval?: string | undefined;
};

/** Counts of a perf event array have always been cleared; those of a ring buffer are when somebody wants it. */
function recordsOf(
  { perf_event_array, ringbuf, max_keys: maxKeys = defaultMaxKeys, flush_interval = '0' }: RecordSource,
  { labels, value }: Reads,
): RecordsSpec | undefined {
  const flushIntervalMs = durationMs(flush_interval) || undefined;
  const fields = areSized(labels) && (labels.length > 0 || value === undefined) ? labels : undefined;
  if (ringbuf !== undefined) return { from: 'ringbuf', flushIntervalMs, maxKeys, fields };
  return perf_event_array
    ? {
        from: 'perf_event_array',
        flushIntervalMs: flushIntervalMs ?? defaultFlushMs,
        maxKeys,
        fields,
      }
    : undefined;
}

function areSized(labels: readonly MetricLabelSpec[]): labels is readonly LabelSpec[] {
  return labels.every(({ size }) => size !== undefined);
}

type Reads = {
  readonly name: string;
  readonly map?: string | undefined;
  readonly value?: string | undefined;
  readonly labels: readonly MetricLabelSpec[];
};

/** What a metric reads, as its spec has it. Of records with sizes, the label that is the value is none. */
export function readsOf(
  reads: Reads,
  source: RecordSource = {},
): Pick<MetricSpec, 'map' | 'value' | 'records' | 'labels'> {
  const { name, map, value, labels } = reads;
  const records = recordsOf(source, reads);
  const isValue = records?.fields === undefined ? undefined : value;
  return {
    map: source.ringbuf ?? map ?? name,
    value,
    records,
    labels: labels.filter((label) => label.name !== isValue),
  };
}

export function ofRecords({ value }: Item): boolean {
  return value.perf_event_array === true || value.ringbuf !== undefined;
}

/** `needed`: what gives the keys of records an effect. */
export function checkRecords(metric: Item, needed: string): Finding[] {
  const { value, path } = metric;
  if (!ofRecords(metric)) return withoutEffect(metric, ['flush_interval', 'max_keys'], needed);
  if (value.perf_event_array === true && value.ringbuf !== undefined) {
    return found(
      { key: [...path, 'ringbuf'] },
      '"ringbuf" and "perf_event_array" are both given; one of them is needed',
    );
  }
  return [
    ...(value.map === undefined || value.ringbuf === undefined
      ? []
      : found([...path, 'map'], '"map" and "ringbuf" are both given; one of them is needed')),
    ...checkRecordValue(metric),
  ];
}

/** Where labels say sizes, one of them says where the value is. */
function checkRecordValue(metric: Item): Finding[] {
  const name = textOf(metric, 'value');
  const labels = items(metric, 'labels');
  if (name === undefined || !labels.some(({ value }) => value.size !== undefined)) return [];
  const label = labels.find((one) => textOf(one, 'name') === name);
  const names = labels.map((one) => textOf(one, 'name')).join(', ');
  if (label === undefined) {
    return found(
      [...metric.path, 'value'],
      `"value" ${quote(name)} is no label; where labels have sizes, that of the value is one of them (${names}): its name is needed`,
    );
  }
  const [decoder, ...more] = Array.isArray(label.value.decoders) ? label.value.decoders : [];
  const named = isObject(decoder) ? decoder.name : decoder;
  if (named === 'uint' && more.length === 0 && [1, 2, 4, 8].includes(label.value.size as number)) return [];
  return found(
    label.path,
    `label ${quote(name)} is the value; 1, 2, 4 or 8 bytes of the decoder uint are needed`,
  );
}
