import { leavesOf } from '../bpf/btf-path.ts';
import { type BtfField, type BtfType, declaration } from '../bpf/btf-type.ts';
import { MapReader } from '../bpf/map-reader.ts';
import { isIterable, isPerCpu, mapTypeName, mapTypes } from '../bpf/map-types.ts';
import type { BpfMap } from '../bpf/object.ts';
import type { LabelSpec, MetricSpec } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import type { EntrySource } from '../metrics/entry-source.ts';
import type { Native } from '../native/library.ts';

/** How a metric reads its map: which entries, and which part of their keys the labels describe. */
export type MapBinding = {
  readonly source: EntrySource;
  readonly keyBytes: number;
  readonly splitCpus: boolean;
};

const valueBytes = 8;

/** Finds the map of a metric. Throws `map_missing`. */
export function findMap(maps: readonly BpfMap[], name: string, objectPath: string): BpfMap {
  const map = maps.find((candidate) => candidate.name === name);
  if (map !== undefined) return map;
  const present = maps.map((candidate) => `"${candidate.name}"`).join(', ') || 'none';
  throw new ExporterError('map_missing', `${objectPath} has no map "${name}"; its maps: ${present}`);
}

/** Checks the metric's labels against the map's real sizes. Throws `map_layout` with both, and the key's fields. */
export function bindMap(native: Native, possibleCpus: number, spec: MetricSpec, map: BpfMap): MapBinding {
  checkValues(map);
  const reader = new MapReader(native, map, possibleCpus);
  const splitCpus = spec.kind === 'counter' && isPerCpu(map.type) && spec.labels.at(-1)?.name === 'cpu';
  const described = splitCpus ? spec.labels.slice(0, -1) : spec.labels;
  if (splitCpus) checkCpuLabel(map, spec.labels.at(-1)!);
  if (described.length > 0) {
    checkKey(map, described, map.keySize);
    return { source: reader, keyBytes: map.keySize, splitCpus };
  }
  // Without labels the metric is key 0 of the map, and no byte of it is described.
  const zero = Buffer.alloc(4);
  checkKey(map, described, zero.length);
  const { keySize, valuesPerEntry } = reader;
  return {
    source: { keySize, valuesPerEntry, batches: () => reader.entry(zero) },
    keyBytes: 0,
    splitCpus,
  };
}

/** The bytes that labels take, paddings included. */
export function labelBytes(labels: readonly LabelSpec[]): number {
  return labels.reduce((sum, { size, padding }) => sum + size + padding, 0);
}

/** Throws `map_layout` unless the map is a BPF_MAP_TYPE_PERF_EVENT_ARRAY. */
export function checkPerfEventArray(map: BpfMap): void {
  if (map.type === mapTypes.perf_event_array) return;
  throw new ExporterError(
    'map_layout',
    `Cannot read map "${map.name}" as perf_event_array: it is of type ${mapTypeName(map.type)}`,
  );
}

function checkValues(map: BpfMap): void {
  if (!isIterable(map.type)) {
    const hint =
      map.type === mapTypes.perf_event_array ? '; set perf_event_array: true to count its records' : '';
    throw new ExporterError(
      'map_layout',
      `Cannot read map "${map.name}": maps of type ${mapTypeName(map.type)} have no keys to read${hint}`,
    );
  }
  if (map.valueSize !== valueBytes) {
    throw new ExporterError(
      'map_layout',
      `Cannot read map "${map.name}": value is ${map.valueSize} bytes, it must be a u64 of ${valueBytes}`,
    );
  }
}

function checkCpuLabel(map: BpfMap, label: LabelSpec): void {
  if (label.size === 2 && label.padding === 0) return;
  throw new ExporterError(
    'map_layout',
    `Cannot read per-CPU map "${map.name}" by CPU: label "cpu" takes ${label.size + label.padding} bytes, the CPU's index is 2`,
  );
}

function checkKey(map: BpfMap, labels: readonly LabelSpec[], needed: number): void {
  const described = labels.length === 0 ? needed : labelBytes(labels);
  if (described === map.keySize) return;
  const what =
    labels.length === 0
      ? `key is ${map.keySize} bytes, a metric without labels reads key 0 of 4 bytes`
      : `key is ${map.keySize} bytes, labels describe ${described}`;
  throw new ExporterError(
    'map_layout',
    [`Cannot read map "${map.name}": ${what}`, ...fieldLines(map.keyType), ...labelLines(labels)].join('\n'),
  );
}

function fieldLines(key: BtfType | undefined): string[] {
  if (key === undefined) return [];
  return [
    '  the key, as the object describes it:',
    ...leavesOf(key).map((field) => `    ${bytesOf(field)}  ${declaration(field)}`),
  ];
}

/** The bytes that a field touches. */
function bytesOf({ bitOffset, bitSize }: BtfField): string {
  const offset = Math.floor(bitOffset / 8);
  return span(offset, Math.ceil((bitOffset + bitSize) / 8) - offset);
}

function labelLines(labels: readonly LabelSpec[]): string[] {
  let offset = 0;
  const lines = labels.map(({ name, size, padding }) => {
    const line = `    ${span(offset, size)}  ${name}${padding > 0 ? ` (then ${padding} of padding)` : ''}`;
    offset += size + padding;
    return line;
  });
  return lines.length === 0 ? [] : ['  the labels:', ...lines];
}

function span(offset: number, size: number): string {
  return `at ${String(offset).padStart(3)}, ${String(size).padStart(3)} bytes`;
}
