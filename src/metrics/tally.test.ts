import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostBytes } from '../decoders/decoder-testing.ts';
import { u64 } from './placed-value.ts';
import { countEach, observe, sumOf, type Tally } from './tally.ts';

function numbersAfter(tally: Tally, values: readonly (number | bigint)[]): bigint[] {
  const numbers = new BigUint64Array(tally.numbers + 1);
  const words = new Uint32Array(numbers.buffer);
  for (const value of values) tally.add(hostBytes(8, value), 0, words, 1);
  assert.equal(numbers[0], 0n, 'is of another key');
  return [...numbers.subarray(1)];
}

test('records are counted, or a field of theirs is added up beyond 32 bits', () => {
  const values = [7, 0xffffffff, 0x100000000, 0xfffffffffn];
  assert.deepEqual(numbersAfter(countEach, values), [4n]);
  assert.deepEqual(numbersAfter(sumOf(u64), values), [7n + 0xffffffffn + 0x100000000n + 0xfffffffffn]);
});

test('a count goes on behind 32 bits', () => {
  const numbers = new BigUint64Array([0xffffffffn]);
  countEach.add(Buffer.alloc(0), 0, new Uint32Array(numbers.buffer), 0);
  assert.deepEqual(numbers, new BigUint64Array([0x100000000n]));
});

test('a value is of the first bucket whose bound it does not exceed', () => {
  const tally = observe({ ...u64, size: 4 }, [0, 10, 100]);
  assert.deepEqual(numbersAfter(tally, [0, 1, 10, 11, 100, 101, 500]), [1n, 2n, 2n, 2n, 723n]);
});
