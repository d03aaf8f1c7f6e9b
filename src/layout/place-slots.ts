import type { HistogramSpec } from '../config/spec.ts';
import type { PlacedSlots, PlacedValue } from '../metrics/placed-value.ts';
import type { MapShape } from './map-shape.ts';
import { placeField, valueField } from './place-value.ts';

/** Places the buckets of a histogram whose value is an array; undefined when it is none. */
export function placeSlots(spec: HistogramSpec, map: MapShape): PlacedSlots | undefined {
  const { value, sum } = spec;
  if (value === undefined) return undefined;
  const { type } = valueField(map, value);
  if (type.kind !== 'array') return undefined;
  const at = (path: string): PlacedValue => placeField(spec.kind, map, valueField(map, path));
  const buckets = Array.from({ length: type.length }, (_, index) => at(`${value}[${index}]`));
  return { buckets, sum: sum === undefined ? undefined : at(sum) };
}
