import { fieldAt } from '../bpf/btf-path.ts';
import { type BtfField, declaration } from '../bpf/btf-type.ts';
import type { MetricSpec } from '../config/spec.ts';
import { isIntegerSize, type PlacedValue } from '../metrics/placed-value.ts';
import { type MapShape, refused } from './map-shape.ts';
import { fieldLines } from './mismatch.ts';

/** Places the value of a metric in that of its map. Throws `map_layout` when it is no integer. */
export function placeValue(spec: MetricSpec, map: MapShape): PlacedValue {
  if (spec.value === undefined) return wholeValue(spec, map);
  return placeField(spec.kind, map, valueField(map, spec.value));
}

/** Places a field of the value. Throws `map_layout` when it is no integer that the kind of metric can show. */
export function placeField(
  kind: MetricSpec['kind'],
  map: MapShape,
  field: BtfField,
  what: 'value' | 'record' = 'value',
): PlacedValue {
  const { type, bitOffset, bitSize } = field;
  const isInteger = type.kind === 'integer' || type.kind === 'enum';
  if (!isInteger || (!isIntegerSize(type.size) && bitSize === type.size * 8)) {
    throw refused(map, `"${declaration(field)}" of the ${what} is no integer of 1, 2, 4 or 8 bytes`);
  }
  if (type.signed && kind !== 'gauge') {
    throw refused(
      map,
      `"${declaration(field)}" of the ${what} is signed; a ${kind} cannot fall, a gauge can`,
    );
  }
  const { signed } = type;
  const offset = Math.floor(bitOffset / 8);
  if (bitSize === type.size * 8) return { offset, size: type.size, signed };
  const shift = bitOffset % 8;
  return { offset, size: Math.ceil((shift + bitSize) / 8), signed, bits: { shift, size: bitSize } };
}

function wholeValue(spec: MetricSpec, map: MapShape): PlacedValue {
  const { valueSize: size, valueType: type } = map;
  if (isIntegerSize(size)) {
    const signed = spec.kind === 'gauge' && type?.kind === 'integer' && type.signed;
    return { offset: 0, size, signed };
  }
  const why = `value is ${size} bytes, it must be an integer of 1, 2, 4 or 8`;
  if (type === undefined || !('members' in type)) throw refused(map, why);
  throw refused(map, [`${why}, or "value" must name a field of it`, ...fieldLines('value', type)].join('\n'));
}

/** The field of the value that a path names. Throws `map_layout` with those that there are. */
export function valueField(map: MapShape, path: string, what: 'value' | 'record' = 'value'): BtfField {
  const { valueType: type } = map;
  if (type === undefined) {
    throw refused(
      map,
      `the object says nothing of the value's fields, and so not of "${path}"; clang -g is needed`,
    );
  }
  const field = fieldAt(type, path);
  if (field !== undefined) return field;
  throw refused(map, [`${what} has no field "${path}"`, ...fieldLines(what, type)].join('\n'));
}
