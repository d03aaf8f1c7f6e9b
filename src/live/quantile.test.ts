import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { axisOf, quantile } from './quantile.ts';

describe('a quantile', () => {
  it('lies within its bucket, where observations are evenly spread', () => {
    assert.equal(quantile(0.5, [1, 2, 4], [0, 10, 0]), 1.5);
    assert.equal(quantile(0.9, [1, 2, 4], [5, 0, 5]), 3.6);
    assert.equal(quantile(0.5, [10, 20], [10, 0]), 5);
  });

  it('is nothing without observations', () => {
    assert.ok(Number.isNaN(quantile(0.5, [1, 2], [0, 0])));
  });
});

it('buckets that are evenly spaced have a linear axis, others a logarithmic one', () => {
  assert.equal(axisOf([0.1, 0.2, 0.3, 0.4]), 'linear');
  assert.equal(axisOf([1, 2, 4, 8]), 'log');
});
