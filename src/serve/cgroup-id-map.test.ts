import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BpfMap } from '../bpf/loaded-object.ts';
import { mapTypes } from '../bpf/map-types.ts';
import { fakeNative } from '../native/native-testing.ts';
import { CgroupIdMap } from './cgroup-id-map.ts';

/** What is done to the map, as text. */
function given({
  type,
  refuses = 0,
  before,
  patterns = ['^.*(system.slice/.*)$', 'x$'],
}: {
  type: 'hash' | 'cgrp_storage';
  refuses?: number;
  before?: CgroupIdMap;
  patterns?: string[];
}) {
  const done: string[] = [];
  const warnings: string[] = [];
  const keyText = (key: unknown): string =>
    type === 'hash' ? String((key as Buffer).readBigUInt64LE()) : `fd ${(key as Buffer).readInt32LE()}`;
  const native = fakeNative({
    bpf: {
      bpf_map_update_elem: (_fd, key, value, flags) => {
        done.push(`put ${keyText(key)}=${(value as Buffer).readBigUInt64LE()}, ${flags}`);
        return -refuses;
      },
      bpf_map_delete_elem: (_fd, key) => done.push(`delete ${keyText(key)}`),
    },
    c: {
      open: (path) => (path === '/gone/system.slice/a' ? -1 : done.push(`open ${path}`)),
      close: (fd) => done.push(`close ${fd}`),
    },
  });
  const map = { name: 'ids', fd: 3, type: mapTypes[type] } as BpfMap;
  const spec = { name: 'ids', type, regexps: patterns };
  const idMap = new CgroupIdMap(native, spec, map, (message) => warnings.push(message), before);
  return { idMap, done, warnings };
}

describe('a cgroup_id_map', () => {
  test('holds the ids of cgroups whose path matches, for as long as they are there', () => {
    const { idMap, done } = given({ type: 'hash' });
    idMap.present(10, '/sys/fs/cgroup/system.slice/a');
    idMap.present(11, '/sys/fs/cgroup/user.slice/a');
    idMap.present(12, '/sys/fs/cgroup/x');
    idMap.gone(10);
    idMap.gone(11);
    assert.deepEqual(done, ['put 10=1, 0', 'put 12=1, 0', 'delete 10']);
  });

  test('follows a renaming', () => {
    const { idMap, done } = given({ type: 'hash' });
    idMap.present(10, '/system.slice/a');
    idMap.present(10, '/system/a');
    idMap.present(10, '/system.slice/b');
    assert.deepEqual(done, ['put 10=1, 0', 'delete 10', 'put 10=1, 0']);
  });

  test('loses what an earlier one put there for a path that does not match any more', () => {
    const { idMap: before } = given({ type: 'hash', patterns: ['.*'] });
    before.present(10, '/user.slice/a');
    before.present(11, '/system.slice/a');
    const { idMap, done } = given({ type: 'hash', before });
    idMap.present(10, '/user.slice/a');
    idMap.present(11, '/system.slice/a');
    assert.deepEqual(done, ['delete 10', 'put 11=1, 0']);
  });

  test('gets again what an LRU map may have dropped', () => {
    const { idMap, done } = given({ type: 'hash' });
    for (const id of [10, 11, 12]) idMap.present(id, '/system.slice/a');
    idMap.gone(11);
    done.length = 0;
    idMap.putBack();
    assert.deepEqual(done, ['put 10=1, 0', 'put 12=1, 0']);
  });

  test('of storage gets a descriptor, which is closed again; nothing is to be removed', () => {
    const { idMap, done } = given({ type: 'cgrp_storage' });
    idMap.present(10, '/system.slice/a');
    idMap.gone(10);
    assert.deepEqual(done, ['open /system.slice/a', 'put fd 1=1, 0', 'close 1']);
  });

  test('of storage takes no notice of a cgroup that is gone already', () => {
    const { idMap, done, warnings } = given({ type: 'cgrp_storage' });
    idMap.present(10, '/gone/system.slice/a');
    assert.deepEqual([done, warnings], [[], []]);
  });

  test('that is full says so', () => {
    const { idMap, warnings } = given({ type: 'hash', refuses: 7 });
    idMap.present(10, '/system.slice/a');
    assert.deepEqual(warnings, [
      'Cannot put /system.slice/a into cgroup_id_map "ids": E2BIG (argument list too long)',
    ]);
  });

  test('can be closed twice', () => {
    const { idMap } = given({ type: 'hash' });
    idMap.close();
    idMap.close();
  });
});
