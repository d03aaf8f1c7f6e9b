import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { movedBy } from './moved.ts';

const quiet = Array.from({ length: 56 }, (_, i) => 100 + (i % 2));

describe('how much a metric moved', () => {
  it('is little for one that goes on as before', () => {
    assert.ok(movedBy([...quiet, 100, 101, 100, 101]) < 1);
    assert.equal(movedBy(new Array(60).fill(0)), 0);
  });

  it('is much for one that doubled, and most for one that was 0', () => {
    assert.ok(movedBy([...quiet, 200, 200, 200, 200]) > 5);
    assert.equal(movedBy([...new Array(56).fill(0), 5, 5, 5, 5]), 20);
  });

  it('is not told by one odd point, nor before enough is known', () => {
    assert.ok(movedBy([...quiet, 100, 1000, 100, 101]) < 1);
    assert.equal(movedBy([null, null, 1, 9, 9, 9, 9]), 0);
  });
});
