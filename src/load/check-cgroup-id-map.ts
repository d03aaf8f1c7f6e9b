import type { BpfMap } from '../bpf/loaded-object.ts';
import { mapTypeName, mapTypes } from '../bpf/map-types.ts';
import type { CgroupIdMapSpec, Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';

/** What a map must be for each type of `cgroup_id_map`. The value is a u64. */
const shapes = {
  hash: { types: [mapTypes.hash, mapTypes.lru_hash], keySize: 8, key: 'a cgroup id' },
  cgrp_storage: { types: [mapTypes.cgrp_storage], keySize: 4, key: 'a descriptor' },
} as const;
const valueSize = 8;

/** Throws `cgroup_id_map` when there is a reason why the kernel does not tell of cgroups. */
export function checkNotified({ name, cgroupIdMap }: Config, notNotified: string | undefined): void {
  if (cgroupIdMap === undefined || notNotified === undefined) return;
  throw new ExporterError(
    'cgroup_id_map',
    `Config "${name}": cgroup_id_map needs to be notified of cgroups; ${notNotified}`,
  );
}

/** Throws `cgroup_id_map` unless the object has a map that can be kept in step with cgroups. */
export function checkCgroupIdMap(
  spec: CgroupIdMapSpec,
  maps: readonly Pick<BpfMap, 'name' | 'type' | 'keySize' | 'valueSize'>[],
  objectPath: string,
): void {
  const map = maps.find(({ name }) => name === spec.name);
  if (map === undefined) {
    const present = maps.map(({ name }) => `"${name}"`).join(', ') || 'none';
    throw new ExporterError(
      'cgroup_id_map',
      `${objectPath} has no map "${spec.name}" for cgroup_id_map; its maps: ${present}`,
    );
  }
  const { types, keySize, key } = shapes[spec.type];
  const problem = [
    [
      types.some((type) => type === map.type),
      `it is of type ${mapTypeName(map.type)}`,
      types.map(mapTypeName).join(' or '),
    ],
    [map.keySize === keySize, `its key has ${map.keySize} bytes`, `${keySize} for ${key}`],
    [map.valueSize === valueSize, `its value has ${map.valueSize} bytes`, `${valueSize} for a u64`],
  ].find(([fits]) => fits === false);
  if (problem === undefined) return;
  const [, present, needed] = problem;
  throw new ExporterError(
    'cgroup_id_map',
    `Cannot keep map "${spec.name}" of ${objectPath} as cgroup_id_map of type ${spec.type}: ${present}; ${needed} is needed`,
  );
}
