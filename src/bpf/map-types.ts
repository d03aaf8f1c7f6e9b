/** Numbers of `enum bpf_map_type` (linux/bpf.h) that this program treats in a way of its own. */
export const mapTypes = {
  hash: 1,
  array: 2,
  perf_event_array: 4,
  percpu_hash: 5,
  percpu_array: 6,
  lru_hash: 9,
  lru_percpu_hash: 10,
  lpm_trie: 11,
  ringbuf: 27,
} as const;

const perCpu: readonly number[] = [mapTypes.percpu_hash, mapTypes.percpu_array, mapTypes.lru_percpu_hash];

const iterable: readonly number[] = [
  ...perCpu,
  mapTypes.hash,
  mapTypes.array,
  mapTypes.lru_hash,
  mapTypes.lpm_trie,
];

/** Whether a lookup returns one value for each possible CPU. */
export function isPerCpu(type: number): boolean {
  return perCpu.includes(type);
}

/** Whether the keys of such a map can be walked from user space. */
export function isIterable(type: number): boolean {
  return iterable.includes(type);
}

/** `hash`, or `type 31` for one that has no name here. */
export function mapTypeName(type: number): string {
  return Object.entries(mapTypes).find(([, number]) => number === type)?.[0] ?? `type ${type}`;
}
