import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapTypes } from '../bpf/map-types.ts';
import { layoutOfMap } from '../layout/map-layout.ts';
import { fakeNative } from '../native/native-testing.ts';
import { entriesOf, findMap } from './map-source.ts';
import { counterSpec, mapOf } from './serve-testing.ts';

test('a metric without labels reads key 0 alone', () => {
  const looked: Buffer[] = [];
  const native = fakeNative({
    bpf: {
      bpf_map_lookup_elem: (_fd, key, value) => {
        looked.push(Buffer.from((key as Buffer).subarray(0, 4)));
        (value as Buffer).writeBigUInt64LE(7n);
        return 0;
      },
    },
  });
  const map = mapOf({ type: mapTypes.array });
  const source = entriesOf(native, 4, map, layoutOfMap(counterSpec(), map));
  const batches = [...source.batches()].map(({ count, values }) => [count, values[0]]);
  assert.deepEqual(batches, [[1, 7]]);
  assert.deepEqual(looked, [Buffer.alloc(4)]);
});

test('a map is found by its name, or the maps there are named', () => {
  const maps = [mapOf({ name: 'a' }), mapOf({ name: 'b' })];
  assert.equal(findMap(maps, 'b', 'x.bpf.o'), maps[1]);
  assert.throws(() => findMap(maps, 'c', 'x.bpf.o'), {
    code: 'map_missing',
    message: 'x.bpf.o has no map "c"; its maps: "a", "b"',
  });
  assert.throws(() => findMap([], 'c', 'x.bpf.o'), { message: 'x.bpf.o has no map "c"; its maps: none' });
});
