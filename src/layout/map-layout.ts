import { isIterable, isPerCpu, mapTypeName, mapTypes } from '../bpf/map-types.ts';
import type { BpfMap } from '../bpf/object.ts';
import type { LabelSpec, MetricSpec, RecordsSpec } from '../config/spec.ts';
import { type Placement, placeInOrder } from '../decoders/placed-label.ts';
import { ExporterError } from '../errors.ts';
import { type PlacedValue, wholeValue } from '../metrics/placed-value.ts';
import { keyMismatch } from './mismatch.ts';

/** What a metric needs to know of its map: all of it is there without a kernel. */
export type MapShape = Pick<BpfMap, 'name' | 'type' | 'keySize' | 'valueSize' | 'keyType' | 'valueType'>;

/** Where in the entries of a map the labels and the value of a metric are. */
export type Layout = {
  /** In the key; the label `cpu` of a map that is split by CPU is behind it. */
  readonly placement: Placement;
  /** Leading bytes of the key that tell entries apart; 0: only key 0 is read. */
  readonly keyBytes: number;
  /** Every CPU's value is a series of its own. */
  readonly splitCpus: boolean;
  readonly value: PlacedValue;
};

/** Places labels and value of a metric in the entries of its map. Throws `map_layout` when they do not fit. */
export function layoutOfMap(spec: MetricSpec, map: MapShape): Layout {
  if (!isIterable(map.type)) {
    throw refused(map, `maps of type ${mapTypeName(map.type)} have no keys to read${recordsHint(map)}`);
  }
  const value = wholeValue(map.valueSize);
  if (value === undefined) {
    throw refused(map, `value is ${map.valueSize} bytes, it must be an integer of 1, 2, 4 or 8`);
  }
  const splitCpus = spec.kind === 'counter' && isPerCpu(map.type) && spec.labels.at(-1)?.name === 'cpu';
  const inKey = splitCpus ? spec.labels.slice(0, -1) : spec.labels;
  if (splitCpus) checkCpuLabel(map, spec.labels.at(-1)!);
  checkKey(map, inKey);
  return {
    placement: placeInOrder(spec.labels),
    keyBytes: inKey.length > 0 ? map.keySize : 0,
    splitCpus,
    value,
  };
}

/** Places labels in the records of a map, whose count is the value. Throws `map_layout` when it has none. */
export function layoutOfRecords(spec: MetricSpec, { from }: RecordsSpec, map: MapShape): Layout {
  if (map.type === mapTypes[from]) {
    const placement = placeInOrder(spec.labels);
    return { placement, keyBytes: placement.size, splitCpus: false, value: wholeValue(8)! };
  }
  throw new ExporterError(
    'map_layout',
    `Cannot read map "${map.name}" as ${from}: it is of type ${mapTypeName(map.type)}`,
  );
}

function recordsHint({ type, name }: MapShape): string {
  if (type === mapTypes.perf_event_array) return '; set perf_event_array: true to count its records';
  return type === mapTypes.ringbuf ? `; set ringbuf: ${name} to count its records` : '';
}

/** What a metric without labels reads: key 0, of 4 bytes. */
export const zeroKey: Buffer = Buffer.alloc(4);

function checkCpuLabel(map: MapShape, { size, padding }: LabelSpec): void {
  if (size === 2 && padding === 0) return;
  throw new ExporterError(
    'map_layout',
    `Cannot read per-CPU map "${map.name}" by CPU: label "cpu" takes ${size + padding} bytes, the CPU's index is 2`,
  );
}

function checkKey(map: MapShape, labels: readonly LabelSpec[]): void {
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

function refused({ name }: MapShape, why: string): ExporterError {
  return new ExporterError('map_layout', `Cannot read map "${name}": ${why}`);
}
