import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { strips, usedStrips } from './heat-cells.ts';

const edges = (bounds: readonly (number | null)[], axis: 'linear' | 'log'): number[] => {
  const all = strips(bounds, axis);
  return [...all.map(({ low }) => low), all.at(-1)!.high];
};

describe('the strips of a heat map', () => {
  test('are as high as each other on a logarithmic axis when buckets are powers of two', () => {
    assert.deepEqual(edges([1, 2, 4, null], 'log'), [0.5, 1, 2, 4, 8]);
  });

  test('give a bucket that ends at zero a place below the first', () => {
    assert.deepEqual(edges([0, 1, 2, null], 'log'), [0.25, 0.5, 1, 2, 4]);
  });

  test('begin at zero on a linear axis', () => {
    assert.deepEqual(edges([1, 2, 3], 'linear'), [0, 1, 2, 3]);
    assert.deepEqual(edges([0, 10, 20, null], 'linear'), [-10, 0, 10, 20, 30]);
  });

  test('are there for one bucket, and for none that ends', () => {
    assert.deepEqual(edges([5], 'log'), [2.5, 5]);
    assert.deepEqual(edges([null], 'log'), [0, 1]);
  });

  test('say what they count', () => {
    assert.deepEqual(
      strips([1, 2, null], 'log').map(({ from, to }) => [from, to]),
      [
        [Number.NEGATIVE_INFINITY, 1],
        [1, 2],
        [2, Number.POSITIVE_INFINITY],
      ],
    );
  });

  test('are shown from the first that counted something to the last, with one more each', () => {
    assert.deepEqual(usedStrips([[0, 0, 0, 1, 0, 0], null, [0, 0, 3, 0, 0, 0]], 6), [1, 4]);
    assert.deepEqual(usedStrips([[0, 0]], 2), [0, 1]);
  });
});
