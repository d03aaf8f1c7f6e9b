import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isIterable, isPerCpu, mapTypeName, mapTypes } from './map-types.ts';

/** Numbers of `enum bpf_map_type`. */
const table: readonly [type: number, name: string, iterable: boolean, perCpu: boolean][] = [
  [1, 'hash', true, false],
  [2, 'array', true, false],
  [4, 'perf_event_array', false, false],
  [5, 'percpu_hash', true, true],
  [6, 'percpu_array', true, true],
  [9, 'lru_hash', true, false],
  [10, 'lru_percpu_hash', true, true],
  [27, 'ringbuf', false, false],
  [13, 'hash_of_maps', false, false],
  [31, 'user_ringbuf', false, false],
  [99, 'number 99', false, false],
];

for (const [type, name, iterable, perCpu] of table) {
  test(`${name} is ${iterable ? '' : 'not '}walked, has ${perCpu ? 'a value for each CPU' : 'one value'}`, () => {
    assert.deepEqual([mapTypeName(type), isIterable(type), isPerCpu(type)], [name, iterable, perCpu]);
  });
}

test('every type up to the last has its name', () => {
  const numbers = Object.values(mapTypes);
  assert.deepEqual(
    numbers,
    [...numbers.keys()].map((at) => at + 1),
  );
});
