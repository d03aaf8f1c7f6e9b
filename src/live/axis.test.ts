import assert from 'node:assert/strict';
import { it } from 'node:test';
import { axisOf } from './axis.ts';

it('buckets that are evenly spaced have a linear axis, others a logarithmic one', () => {
  assert.equal(axisOf([0.1, 0.2, 0.3, 0.4]), 'linear');
  assert.equal(axisOf([1, 2, 4, 8]), 'log');
});
