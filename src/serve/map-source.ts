import type { BpfMap } from '../bpf/loaded-object.ts';
import { MapReader } from '../bpf/map-reader.ts';
import { ExporterError } from '../errors.ts';
import type { Layout } from '../layout/map-layout.ts';
import { zeroKey } from '../layout/place-labels.ts';
import type { EntrySource } from '../metrics/entry-source.ts';
import type { Native } from '../native/library.ts';

/**
 * Finds the map of a metric; `.bss` and the like are found by their sections, before whose names libbpf puts a part of
 * the object's. Throws `map_missing`.
 */
export function findMap<Map extends Pick<BpfMap, 'name'>>(
  maps: readonly Map[],
  name: string,
  objectPath: string,
): Map {
  const map = maps.find(
    (candidate) => candidate.name === name || (name.startsWith('.') && candidate.name.endsWith(name)),
  );
  if (map !== undefined) return map;
  const present = maps.map((candidate) => `"${candidate.name}"`).join(', ') || 'none';
  throw new ExporterError('map_missing', `${objectPath} has no map "${name}"; its maps: ${present}`);
}

/** The entries of a map that a metric reads: all of them, or that of key 0. */
export function entriesOf(
  native: Native,
  possibleCpus: number,
  map: BpfMap,
  { keyBytes }: Layout,
): EntrySource {
  const reader = new MapReader(native, map, possibleCpus);
  const { keySize, valueStride, valuesPerEntry } = reader;
  if (keyBytes > 0) return reader;
  return { keySize, valueStride, valuesPerEntry, batches: () => reader.entry(zeroKey) };
}
