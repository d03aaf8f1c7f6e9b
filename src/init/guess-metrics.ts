import { leavesOf } from '../bpf/btf-path.ts';
import type { BtfField, BtfType } from '../bpf/btf-type.ts';
import type { DeclaredMap } from '../bpf/declared-maps.ts';
import { isPerCpu, mapTypes } from '../bpf/map-types.ts';
import { decodersOf } from '../layout/field-decoders.ts';
import type { DraftLabel, DraftMetric } from './draft.ts';
import { guessBuckets, looksBucketed } from './guess-buckets.ts';
import { guessLabel, guessLabels, labelFields } from './guess-labels.ts';
import { helpers, type MapUses } from './map-uses.ts';
import { counterName, metricName } from './metric-name.ts';

export type MapAndUses = {
  readonly object: string;
  readonly map: DeclaredMap;
  readonly uses: MapUses | undefined;
};

/** The metrics that the entries of a map are; a text says why there are none. */
export function guessMetrics(of: MapAndUses): readonly DraftMetric[] | string {
  const { map, object } = of;
  const { valueType, valueSize } = map;
  const { labels, bucket } = guessKey(of);
  const name = metricName(object, map.name);
  if (bucket || ![1, 2, 4, 8].includes(valueSize) || valueType?.kind === 'struct') {
    return bucket ? [histogram(of, labels)] : ofFields(of, labels);
  }
  return [numberMetric(of, name, labels, { signed: isSigned(valueType) })];
}

/** The key's fields as labels; `bucket`: the last of them is that of a histogram. */
function guessKey({ map, uses, object }: MapAndUses): { labels: readonly DraftLabel[]; bucket: boolean } {
  const { keyType } = map;
  const isArray = map.type === mapTypes.array || map.type === mapTypes.percpu_array;
  if (isArray && map.maxEntries <= 1) return { labels: [], bucket: false };
  if (keyType === undefined) return { labels: [unknownKey(map)], bucket: false };
  if ('members' in keyType && labelFields(keyType)[0]?.name !== '') {
    const { labels } = guessLabels(keyType);
    const at = labels.findLastIndex(({ name }) => bucketName.test(name));
    if (at < 0) return { labels, bucket: false };
    const { why: _, ...bucket } = labels[at]!;
    return { labels: [...labels.toSpliced(at, 1), { ...bucket, decoders: [] }], bucket: true };
  }
  if (isInteger(keyType) && !map.name.endsWith('_total') && looksBucketed(map, uses)) {
    return { labels: [{ name: 'bucket', decoders: [] }], bucket: true };
  }
  if ('members' in keyType) {
    const field = leavesOf(keyType).find(({ type }) => isAddress(type))?.name;
    return { labels: [{ name: 'addr', field, decoders: [], why: noName }], bucket: false };
  }
  const name = isArray ? indexName(map.name) : keyName(metricName(object, map.name), keyType);
  const label = guessLabel(keyType, name);
  return { labels: [{ ...label, why: label.why ?? noName }], bucket: false };
}

/** `__uint(key_size, N)` says no more of a key. */
function unknownKey({ keySize: size }: DeclaredMap): DraftLabel {
  const decoder = [1, 2, 4, 8].includes(size) ? 'uint' : 'hex';
  const why = 'the object does not say what the key is; __type(key, ...) in the declaration of the map would';
  return { name: 'key', size, decoders: [{ name: decoder }], why };
}

const noName = 'the object has no name for the key';
const bucketName = /^(bucket|bucket_?id|slot|bin|le)$/i;

/** Keys of arrays are numbers from zero, and no ids of anything. */
function indexName(map: string): string {
  return byName(map) ?? 'index';
}

function byName(name: string): string | undefined {
  return /_by_([a-z0-9_]+?)(_total)?$/.exec(name)?.[1];
}

/** What a key without a name is called: what the metric's name ends with after `by`, or is about. */
function keyName(metric: string, type: BtfType): string {
  const by = byName(metric);
  if (by !== undefined) return by;
  if (type.kind === 'enum' && type.name !== '') return type.name.toLowerCase();
  if (isInteger(type) && type.size >= 4) {
    if (/errno|error/.test(metric)) return 'errno';
    const about = ['cgroup', 'syscall', 'ifindex', 'pid', 'cpu'].find((word) => metric.includes(word));
    if (about !== undefined) return about === 'cpu' ? 'cpu_id' : about;
  }
  if (isAddress(type) || (/icmp|(^|_)ip(_|v?4|$)|peer|addr/.test(metric) && type.size === 4)) return 'addr';
  if (isInteger(type) && type.size === 2 && /(^|_)(tcp|udp|port|listen)/.test(metric)) return 'port';
  return 'key';
}

function histogram({ map, uses, object }: MapAndUses, labels: readonly DraftLabel[]): DraftMetric {
  const name = metricName(object, map.name);
  return { kind: 'histogram', name, map: map.name, buckets: guessBuckets(name, map, uses), labels };
}

/** Metrics of the fields of a value: numbers are counted or shown, arrays of numbers are buckets. */
function ofFields(
  { map, object, uses }: MapAndUses,
  labels: readonly DraftLabel[],
): readonly DraftMetric[] | string {
  const { valueType } = map;
  if (valueType === undefined) {
    return `its value has ${map.valueSize} bytes, and the object does not say what they are`;
  }
  const fields = leavesOf(valueType).filter(({ name }) => name !== '');
  const slots = fields.find(({ name, type }) => slotsName.test(name) && isSlots(type));
  if (slots !== undefined) return [ofSlots(map, object, labels, fields, slots)];
  const found = fields.flatMap((field): DraftMetric[] => {
    if (!isInteger(field.type) || noteField.test(field.name)) return [];
    const name = metricName(object, map.name, field.name);
    const one = numberMetric({ map, object, uses }, name, labels, {
      signed: isSigned(field.type),
      value: field.name,
    });
    return [one];
  });
  return found.length > 0 ? found : 'no field of its value looks like a number to show';
}

const slotsName = /(^|\.)(slots|buckets|bins|hist|counts)$/i;

/** Fields of values that programs keep for themselves: times, locks, what fills up. */
const noteField =
  /(^|[._])(ts|timestamp|start|since|last_seen|seen_at|time|lock|pad|padding|unused|_+)(_ns|_us)?$/i;

/** Shorter arrays are a few counters of their own. */
const fewestSlots = 4;

function isSlots(type: BtfType): boolean {
  return type.kind === 'array' && type.length >= fewestSlots && isInteger(type.element);
}

function ofSlots(
  map: DeclaredMap,
  object: string,
  labels: readonly DraftLabel[],
  fields: readonly BtfField[],
  slots: BtfField,
): DraftMetric {
  const sum = fields.find(({ name, type }) => /(^|\.)(sum|total|latency)\w*$/i.test(name) && isInteger(type));
  const length = slots.type.kind === 'array' ? slots.type.length : 0;
  const name = metricName(object, map.name);
  const max = sum === undefined ? length - 2 : length - 1;
  return {
    kind: 'histogram',
    name,
    map: map.name,
    value: slots.name,
    sum: sum?.name,
    buckets: {
      type: 'exp2',
      max,
      multiplier: 1,
      unit: undefined,
      why: sum === undefined ? `${length} slots, the last for the sum` : `${length} slots`,
    },
    labels,
  };
}

/** Names of what goes up and down. */
const level =
  /(^|_)(current|currently|in_?flight|active|depth|length|len|level|usage|used|pending|open|max|min|maximum|minimum|peak|highest|lowest|longest|last|avg|size|state|ratio|percent)(_|$)/i;

function numberMetric(
  { map, uses }: MapAndUses,
  name: string,
  labels: readonly DraftLabel[],
  { signed, value }: { readonly signed: boolean; readonly value?: string },
): DraftMetric {
  const common = { map: map.name, value, labels };
  const onlyWritten = uses !== undefined && [...uses.helpers].every((helper) => helper === helpers.update);
  const named = level.test(name) && !name.endsWith('_total');
  if (!signed && !onlyWritten && !named) {
    const why = uses === undefined ? 'a counter, though no program was seen to count in it' : undefined;
    return { ...common, kind: 'counter', name: counterName(name), why };
  }
  const most = /(^|_)(max|maximum|peak|highest|longest)(_|$)/i.test(name);
  const least = /(^|_)(min|minimum|lowest)(_|$)/i.test(name);
  const why = signed
    ? 'a gauge, since the value is signed'
    : onlyWritten
      ? 'a gauge, since programs set the value and never add to it'
      : 'a gauge by its name; a counter if it never falls';
  const aggregate = most ? 'max' : least ? 'min' : undefined;
  return {
    ...common,
    kind: 'gauge',
    name,
    aggregate: isPerCpu(map.type) || most || least ? aggregate : undefined,
    why,
  };
}

function isInteger(type: BtfType): boolean {
  return (type.kind === 'integer' && [1, 2, 4, 8].includes(type.size)) || type.kind === 'enum';
}

function isSigned(type: BtfType | undefined): boolean {
  return type?.kind === 'integer' && type.signed;
}

function isAddress(type: BtfType): boolean {
  return decodersOf(type)[0]?.name === 'inet_ip';
}
