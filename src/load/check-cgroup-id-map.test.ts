import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BpfMap } from '../bpf/loaded-object.ts';
import { mapTypes } from '../bpf/map-types.ts';
import { checkCgroupIdMap } from './check-cgroup-id-map.ts';

const hash: Partial<BpfMap> = { name: 'ids', type: mapTypes.hash, keySize: 8, valueSize: 8 };
const storage: Partial<BpfMap> = { name: 'ids', type: mapTypes.cgrp_storage, keySize: 4, valueSize: 8 };

const table: readonly [what: string, type: 'hash' | 'cgrp_storage', map: Partial<BpfMap>, needs?: RegExp][] =
  [
    ['a hash', 'hash', hash],
    ['an LRU hash', 'hash', { ...hash, type: mapTypes.lru_hash }],
    ['storage of cgroups', 'cgrp_storage', storage],
    [
      'an array',
      'hash',
      { ...hash, type: mapTypes.array },
      /it is of type array; hash or lru_hash is needed$/,
    ],
    ['a per-CPU hash', 'hash', { ...hash, type: mapTypes.percpu_hash }, /it is of type percpu_hash; hash or/],
    ['a hash for storage', 'cgrp_storage', hash, /it is of type hash; cgrp_storage is needed$/],
    ['a short key', 'hash', { ...hash, keySize: 4 }, /its key has 4 bytes; 8 for a cgroup id is needed$/],
    ['a short value', 'hash', { ...hash, valueSize: 4 }, /its value has 4 bytes; 8 for a u64 is needed$/],
    [
      'another name',
      'hash',
      { ...hash, name: 'x' },
      /^a\.bpf\.o has no map "ids" for cgroup_id_map; its maps: "x"$/,
    ],
  ];

for (const [what, type, map, needs] of table) {
  test(`${what} ${needs === undefined ? 'can' : 'cannot'} be a cgroup_id_map of type ${type}`, () => {
    const check = (): void =>
      checkCgroupIdMap({ name: 'ids', type, regexps: [] }, [map as BpfMap], 'a.bpf.o');
    if (needs === undefined) check();
    else assert.throws(check, { code: 'cgroup_id_map', message: needs });
  });
}
