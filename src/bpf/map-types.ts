/** `enum bpf_map_type` (linux/bpf.h), up to Linux 6.18. */
export const mapTypes = {
  hash: 1, array: 2, prog_array: 3, perf_event_array: 4, percpu_hash: 5, percpu_array: 6, stack_trace: 7,
  cgroup_array: 8, lru_hash: 9, lru_percpu_hash: 10, lpm_trie: 11, array_of_maps: 12, hash_of_maps: 13, devmap: 14,
  sockmap: 15, cpumap: 16, xskmap: 17, sockhash: 18, cgroup_storage: 19, reuseport_sockarray: 20,
  percpu_cgroup_storage: 21, queue: 22, stack: 23, sk_storage: 24, devmap_hash: 25, struct_ops: 26, ringbuf: 27,
  inode_storage: 28, task_storage: 29, bloom_filter: 30, user_ringbuf: 31, cgrp_storage: 32, arena: 33,
  insn_array: 34,
} as const; // biome-ignore format: a table

const names = new Map<number, string>(Object.entries(mapTypes).map(([name, number]) => [number, name]));

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

const hashes: readonly number[] = [
  mapTypes.hash,
  mapTypes.percpu_hash,
  mapTypes.lru_hash,
  mapTypes.lru_percpu_hash,
];

/** Whether such a map drops old entries for new ones when it is full. */
export function isLruMap(type: number): boolean {
  return type === mapTypes.lru_hash || type === mapTypes.lru_percpu_hash;
}

/** Whether entries of such a map can be deleted one by one, as those of an array cannot. */
export function isHash(type: number): boolean {
  return hashes.includes(type);
}

/** Whether the keys of such a map can be walked from user space. */
export function isIterable(type: number): boolean {
  return iterable.includes(type);
}

/** `hash`, or `number 99` for one that has no name here. */
export function mapTypeName(type: number): string {
  return names.get(type) ?? `number ${type}`;
}
