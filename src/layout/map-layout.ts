import { isIterable, isPerCpu, mapTypeName, mapTypes } from '../bpf/map-types.ts';
import type { LabelSpec, MetricSpec } from '../config/spec.ts';
import { type Placement, placeInOrder } from '../decoders/placed-label.ts';
import type { PlacedSlots, PlacedValue, ValuePart } from '../metrics/placed-value.ts';
import { type MapShape, refused } from './map-shape.ts';
import { placeCpu, placeInKey } from './place-labels.ts';
import { placeSlots } from './place-slots.ts';
import { placeValue } from './place-value.ts';

/** Where in the entries of a map the labels and the value of a metric are. */
export type Layout = {
  /** In the key; the label `cpu` of a map that is split by CPU is behind it. */
  readonly placement: Placement;
  /** Leading bytes of the key that tell entries apart; 0: only key 0 is read. */
  readonly keyBytes: number;
  /** Every CPU's value is a series of its own. */
  readonly splitCpus: boolean;
  readonly value: PlacedValue;
  /** The buckets of a histogram by their keys, where they are an array in the value. */
  readonly slots?: PlacedSlots | undefined;
  /** What stands behind the key for labels that are fields of the value, in this order. */
  readonly valueParts?: readonly ValuePart[];
};

/** Places labels and value of a metric in the entries of its map. Throws `map_layout` when they do not fit. */
export function layoutOfMap(spec: MetricSpec, map: MapShape): Layout {
  if (!isIterable(map.type)) {
    throw refused(map, `maps of type ${mapTypeName(map.type)} have no keys to read${recordsHint(map)}`);
  }
  const slots = spec.kind === 'histogram' ? placeSlots(spec, map) : undefined;
  const value = slots?.buckets[0] ?? placeValue(spec, map);
  const { labels } = spec;
  const last = labels.length - (spec.kind === 'histogram' && slots === undefined ? 2 : 1);
  const splitCpus = isPerCpu(map.type) && labels[last]?.name === 'cpu' && !isInKey(spec, map);
  const inKey = splitCpus ? labels.toSpliced(last, 1) : labels;
  const { valueParts, ...placement } = placeInKey(map, inKey);
  const keyBytes = inKey.length > 0 ? map.keySize : 0;
  if (!splitCpus) return { placement, keyBytes, splitCpus, value, slots, valueParts };
  const cpu = placeCpu(map, labels[last]!, keyBytes);
  const withCpu = { labels: placement.labels.toSpliced(last, 0, cpu), size: cpu.offset + cpu.size };
  return { placement: withCpu, keyBytes, splitCpus, value, slots };
}

/** A histogram that was written before its CPUs could be told apart may have a `cpu` in its key. */
function isInKey({ kind, labels }: MetricSpec, map: MapShape): boolean {
  if (kind !== 'histogram' || labels.some(({ size }) => size === undefined)) return false;
  return placeInOrder(labels as readonly LabelSpec[]).size === map.keySize;
}

function recordsHint({ type, name }: MapShape): string {
  if (type === mapTypes.perf_event_array) return '; set perf_event_array: true to count its records';
  return type === mapTypes.ringbuf ? `; set ringbuf: ${name} to count its records` : '';
}
