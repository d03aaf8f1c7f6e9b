import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { quantile } from './quantile.ts';

describe('a quantile', () => {
  it('lies within its bucket, where observations are evenly spread', () => {
    assert.equal(quantile(0.5, [1, 2, 4], [0, 10, 0]), 1.5);
    assert.equal(quantile(0.9, [1, 2, 4], [5, 0, 5]), 3.6);
    assert.equal(quantile(0.5, [10, 20], [10, 0]), 5);
  });

  it('is above the last bound when it lies in the bucket beyond', () => {
    assert.equal(quantile(0.99, [1, 2, Number.POSITIVE_INFINITY], new Float64Array([0, 1, 9])), 2);
  });

  it('is nothing without observations', () => {
    assert.ok(Number.isNaN(quantile(0.5, [1, 2], [0, 0])));
  });
});
