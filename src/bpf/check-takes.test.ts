import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { describe, test } from 'node:test';
import { ENOTSUPP } from '../native/errno.ts';
import { fakeNative } from '../native/native-testing.ts';
import { mapOf } from '../serve/serve-testing.ts';
import { checkTakes } from './check-takes.ts';
import { MapReader } from './map-reader.ts';
import { mapTypes } from './map-types.ts';

const { ENOENT } = constants.errno;

function check(batch: number, element: number, type: number = mapTypes.percpu_hash): void {
  const bpf = { bpf_map_lookup_and_delete_batch: () => batch, bpf_map_lookup_and_delete_elem: () => element };
  checkTakes(fakeNative({ bpf }), mapOf({ type }));
}

describe('entries can be taken out of a map', () => {
  test('where the kernel takes batches of them, or one by one', () => {
    assert.doesNotThrow(() => check(0, -ENOTSUPP));
    assert.doesNotThrow(() => check(-ENOTSUPP, -ENOENT));
  });

  test('else it is said which Linux can', () => {
    assert.throws(() => check(-ENOTSUPP, -ENOTSUPP), {
      code: 'map_layout',
      message: /^Cannot take entries out of map "reads_total": this kernel .* Linux 5\.6, .* or 5\.14,/,
    });
  });

  test('unless it is no hash', () => {
    assert.throws(() => check(0, 0, mapTypes.array), /it is of type array, whose entries cannot be deleted/);
  });
});

test('a reader that takes finds every entry once, where there are no batches too', () => {
  const entries = [3, 1, 2];
  const bpf = {
    bpf_map_lookup_and_delete_batch: () => -ENOTSUPP,
    // A key that is no longer there sends the walk back to the first.
    bpf_map_get_next_key: (_fd: number, _key: unknown, next: unknown) => {
      const [first] = entries;
      if (first === undefined) return -ENOENT;
      (next as Buffer).writeUInt32LE(first);
      return 0;
    },
    bpf_map_lookup_and_delete_elem: (_fd: number, key: unknown, value: unknown) => {
      entries.splice(entries.indexOf((key as Buffer).readUInt32LE()), 1);
      (value as Buffer).writeBigUInt64LE(7n);
      return 0;
    },
    bpf_map_lookup_batch: () => 0,
    bpf_map_lookup_elem: () => 0,
  };
  const reader = new MapReader(fakeNative({ bpf }), mapOf(), 1, { take: true });
  const found: number[] = [];
  for (const { count, keys } of reader.batches()) {
    for (let nth = 0; nth < count; nth++) found.push(keys.readUInt32LE(4 * nth));
  }
  assert.deepEqual([found, entries], [[3, 1, 2], []]);
});
