import { mapTypeName, mapTypes } from '../bpf/map-types.ts';
import type { LabelSpec, MetricSpec, RecordsSpec } from '../config/spec.ts';
import { type PlacedLabel, placeInOrder } from '../decoders/placed-label.ts';
import { bucketsOf } from '../metrics/buckets.ts';
import { type PlacedValue, u64, type ValuePart } from '../metrics/placed-value.ts';
import type { Layout } from './map-layout.ts';
import { type MapShape, refused } from './map-shape.ts';
import { placeInType } from './place-labels.ts';
import { placeField, valueField } from './place-value.ts';

/** Where in the records of a map the labels and the value of a metric are; as a `Layout`, what is made of them. */
export type RecordLayout = Layout & {
  /** The parts of a record that, one behind the other, are its key. */
  readonly keyParts: readonly ValuePart[];
  /** Bytes that a record has at least. */
  readonly recordBytes: number;
  /** What is added up or observed; undefined: records are counted. */
  readonly observed: PlacedValue | undefined;
};

/** Places labels and value of a metric in the records of a map. Throws `map_layout` when they do not fit. */
export function layoutOfRecords(spec: MetricSpec, records: RecordsSpec, map: MapShape): RecordLayout {
  const { from, fields } = records;
  if (map.type !== mapTypes[from]) {
    throw refused(map, `it is of type ${mapTypeName(map.type)}`, 'map', ` as ${from}`);
  }
  const { labels, observed, recordBytes } =
    fields === undefined ? placeByType(spec, map) : placeInBytes(spec, fields);
  const common = { splitCpus: false, value: u64, observed, recordBytes };
  if (observed === undefined && fields !== undefined) {
    // With the paddings: what is between the labels tells keys apart, as it does in maps.
    const keyParts = [{ offset: 0, size: recordBytes }];
    return { ...common, placement: { labels, size: recordBytes }, keyBytes: recordBytes, keyParts };
  }
  const key = gather(labels);
  const slots =
    spec.kind === 'histogram' && observed !== undefined ? slotsOf(bucketsOf(spec).keys) : undefined;
  return { ...common, placement: key, keyBytes: key.size, keyParts: key.parts, slots };
}

type Placed = {
  readonly labels: readonly PlacedLabel[];
  readonly observed: PlacedValue | undefined;
  readonly recordBytes: number;
};

function placeInBytes({ value }: MetricSpec, fields: readonly LabelSpec[]): Placed {
  const { labels, size } = placeInOrder(fields);
  const field = value === undefined ? undefined : labels.find(({ name }) => name === value);
  return {
    labels: labels.filter((label) => label !== field),
    observed: field && { offset: field.offset, size: field.size, signed: false },
    recordBytes: size,
  };
}

/** The type is that which the map's definition names as its value. */
function placeByType(spec: MetricSpec, map: MapShape): Placed {
  const { valueType: type } = map;
  if (type === undefined) {
    throw refused(
      map,
      'the object does not say what its records are; "__type(value, struct NAME)" in the definition of the map and clang -g, or labels with sizes, are needed',
      'records of map',
    );
  }
  const record = { what: 'record', type } as const;
  const labels = placeInType(map, spec.labels, record);
  const observed =
    spec.value === undefined
      ? undefined
      : placeField(spec.kind, map, valueField(map, spec.value, 'record'), 'record');
  const ends = [...labels, ...(observed === undefined ? [] : [observed])].map(
    ({ offset, size }) => offset + size,
  );
  return { labels, observed, recordBytes: Math.max(0, ...ends) };
}

/** The labels' bytes, one behind the other: what is not one of them does not tell records apart. */
function gather(labels: readonly PlacedLabel[]): {
  labels: PlacedLabel[];
  size: number;
  parts: ValuePart[];
} {
  const parts: ValuePart[] = [];
  let size = 0;
  const gathered = labels.map((label) => {
    const { offset } = label;
    const last = parts.at(-1);
    if (last !== undefined && last.offset + last.size === offset) {
      parts[parts.length - 1] = { ...last, size: last.size + label.size };
    } else {
      parts.push({ offset, size: label.size });
    }
    size += label.size;
    return { ...label, offset: size - label.size };
  });
  return { labels: gathered, size, parts };
}

/** The numbers of a tally that observes: one for each bucket, one for what is above them, and the sum. */
function slotsOf(keys: readonly number[]): Layout['slots'] {
  const at = (nth: number): PlacedValue => ({ ...u64, offset: nth * 8 });
  const buckets: PlacedValue[] = [];
  for (const [nth, key] of keys.entries()) buckets[key] = at(nth);
  return { buckets, sum: at(keys.length + 1), beyond: at(keys.length) };
}
