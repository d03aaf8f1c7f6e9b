import { fieldAt } from '../bpf/btf-path.ts';
import { type BtfField, type BtfType, isBitField, typeName } from '../bpf/btf-type.ts';
import { isPerCpu } from '../bpf/map-types.ts';
import type { DecoderSpec, FieldLabelSpec, LabelSpec, MetricLabelSpec } from '../config/spec.ts';
import { type PlacedLabel, type Placement, placeInOrder } from '../decoders/placed-label.ts';
import type { ValuePart } from '../metrics/placed-value.ts';
import { decodersOf } from './field-decoders.ts';
import { type MapShape, refused } from './map-shape.ts';
import { fieldLines, keyMismatch } from './mismatch.ts';
import { valueField } from './place-value.ts';

/** What a metric without labels reads: key 0, of 4 bytes. */
export const zeroKey: Buffer = Buffer.alloc(4);

/** The index of a CPU, behind the key. */
const cpuBytes = 2;

export type KeyPlacement = Placement & {
  /** What stands behind the key for labels that are fields of the value, in this order. */
  readonly valueParts: readonly ValuePart[];
};

/** Places labels in the key of a map, or behind it. Throws `map_layout` when they do not fit. */
export function placeInKey(map: MapShape, labels: readonly MetricLabelSpec[]): KeyPlacement {
  if (areSized(labels)) {
    checkSizes(map, labels);
    return { ...placeInOrder(labels), valueParts: [] };
  }
  const valueParts: ValuePart[] = [];
  let size = map.keySize;
  const placed = labels.map((label) => {
    const { name, field, decoders } = label as FieldLabelSpec;
    if (!field?.startsWith(inValue)) return placeField(map, name, keyField(map, label), decoders);
    const part = placeField(map, name, valueField(map, field.slice(inValue.length)), decoders);
    valueParts.push({ offset: part.offset, size: part.size });
    const offset = size;
    size += part.size;
    return { ...part, offset };
  });
  if (valueParts.length > 0 && isPerCpu(map.type)) {
    throw refused(map, 'labels of the value have no place where each CPU has a value of its own');
  }
  return { labels: placed, size, valueParts };
}

/** What labels without sizes are fields of. */
export type LabelledType = { readonly what: 'key' | 'record'; readonly type: BtfType | undefined };

/** Places labels without sizes where the fields of a type are. Throws `map_layout` with those that there are. */
export function placeInType(
  map: MapShape,
  labels: readonly MetricLabelSpec[],
  { what, type }: LabelledType,
): PlacedLabel[] {
  return labels.map((label) =>
    placeField(map, label.name, keyField(map, label, { what, type }), label.decoders),
  );
}

/** In front of the field of a label that is one of the value. */
const inValue = 'value.';

/** Places the label `cpu` behind a key of `keyBytes`. Throws `map_layout` when it is not of a CPU's size. */
export function placeCpu(map: MapShape, label: MetricLabelSpec, keyBytes: number): PlacedLabel {
  const { name, size = cpuBytes, decoders } = label;
  const bytes = size + ('padding' in label ? label.padding : 0);
  if (bytes !== cpuBytes) {
    throw refused(
      map,
      `label "cpu" takes ${bytes} bytes, the CPU's index is ${cpuBytes}`,
      'per-CPU map',
      ' by CPU',
    );
  }
  return { name, offset: keyBytes, size, decoders: decoders.length > 0 ? decoders : decodersOf(u16) };
}

const u16 = {
  kind: 'integer',
  typedefs: [],
  name: 'unsigned short',
  size: 2,
  signed: false,
  encoding: 'number',
} as const;

function areSized(labels: readonly MetricLabelSpec[]): labels is readonly LabelSpec[] {
  return labels.every(({ size }) => size !== undefined);
}

function checkSizes(map: MapShape, labels: readonly LabelSpec[]): void {
  const { size } = placeInOrder(labels);
  if (map.keySize === (labels.length === 0 ? zeroKey.length : size)) return;
  const what =
    labels.length === 0
      ? `a metric without labels reads key 0 of ${zeroKey.length} bytes`
      : `labels describe ${size}`;
  throw refused(
    map,
    [`key is ${map.keySize} bytes, ${what}`, ...keyMismatch(map.keyType, labels)].join('\n'),
  );
}

function placeField(
  map: MapShape,
  name: string,
  found: BtfField,
  decoders: readonly DecoderSpec[],
): PlacedLabel {
  if (isBitField(found) || found.bitOffset % 8 !== 0) {
    throw refused(map, `label "${name}" is the bit field "${found.name}"; a field of whole bytes is needed`);
  }
  const { type, bitOffset } = found;
  if (type.size === 0) throw refused(map, `label "${name}" is a ${typeName(type)} of no bytes`);
  return {
    name,
    offset: bitOffset / 8,
    size: type.size,
    decoders: decoders.length > 0 ? decoders : decodersOf(type),
  };
}

/** A key that is no struct is the field of a label that names none. */
function keyField(
  map: MapShape,
  label: MetricLabelSpec,
  { what, type }: LabelledType = { what: 'key', type: map.keyType },
): BtfField {
  const { name, field } = label as FieldLabelSpec;
  if (type === undefined) {
    throw refused(
      map,
      `label "${name}" has no size, and the object says nothing of the ${what}'s fields; clang -g, or a size, is needed`,
    );
  }
  if (field === undefined && !('members' in type)) {
    return { name: '', bitOffset: 0, bitSize: type.size * 8, type };
  }
  const found = fieldAt(type, field ?? name);
  if (found !== undefined) return found;
  throw refused(map, [`${what} has no field "${field ?? name}"`, ...fieldLines(what, type)].join('\n'));
}
