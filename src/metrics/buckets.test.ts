import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistogramSpec } from '../config/spec.ts';
import { bucketsOf, limitsOf } from './buckets.ts';

const spec: HistogramSpec = {
  kind: 'histogram',
  name: 'latency_seconds',
  map: 'latency_seconds',
  help: 'Latency.',
  records: undefined,
  value: undefined,
  maxSeries: 0,
  sum: undefined,
  bucketType: 'exp2',
  bucketMin: 0,
  bucketMax: 0,
  bucketMultiplier: 1,
  bucketKeys: [],
  buckets: [],
  labels: [],
};

type Case = { it: string; given: Partial<HistogramSpec>; bounds: number[]; places: Record<string, number> };

const table: readonly Case[] = [
  {
    it: 'exp2 doubles from key to key',
    given: { bucketType: 'exp2', bucketMin: 0, bucketMax: 3 },
    bounds: [1, 2, 4, 8],
    places: { 0: 0, 1: 1, 2: 2, 3: 3, 4: 4 },
  },
  {
    it: 'exp2 may start above zero',
    given: { bucketType: 'exp2', bucketMin: 10, bucketMax: 12 },
    bounds: [1024, 2048, 4096],
    places: { 10: 0, 11: 1, 12: 2, 13: 3 },
  },
  {
    it: 'exp2zero starts at zero and then doubles from one',
    given: { bucketType: 'exp2zero', bucketMin: 0, bucketMax: 4 },
    bounds: [0, 1, 2, 4, 8],
    places: { 0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 },
  },
  {
    it: 'linear counts, times the multiplier',
    given: { bucketType: 'linear', bucketMin: 2, bucketMax: 4, bucketMultiplier: 0.5 },
    bounds: [1, 1.5, 2],
    places: { 2: 0, 3: 1, 4: 2, 5: 3 },
  },
  {
    it: 'fixed keeps the order of its keys, the sum is behind the last',
    given: { bucketType: 'fixed', bucketKeys: [10, 5, 20], bucketMultiplier: 1e-6 },
    bounds: [10 * 1e-6, 5 * 1e-6, 20 * 1e-6],
    places: { 10: 0, 5: 1, 20: 2, 21: 3 },
  },
  {
    it: 'the key of the sum may be a bucket too',
    given: { bucketType: 'fixed', bucketKeys: [2, 3, 1] },
    bounds: [2, 3, 1],
    places: { 2: 0, 3: 1, 1: 2 },
  },
  {
    it: 'one bucket is enough',
    given: { bucketType: 'linear', bucketMin: 0, bucketMax: 0 },
    bounds: [0],
    places: { 0: 0, 1: 1 },
  },
];

test('equal fixed keys are one bucket', () => {
  assert.deepEqual(bucketsOf({ ...spec, bucketType: 'fixed', bucketKeys: [1, 1, 2] }).bounds, [1, 2]);
});

for (const { it, given, bounds, places } of table) {
  test(it, () => {
    const buckets = bucketsOf({ ...spec, ...given });
    assert.deepEqual(buckets.bounds, bounds);
    assert.deepEqual(Object.fromEntries(buckets.places), places);
    const keys = given.bucketKeys ?? [given.bucketMax!];
    assert.equal(buckets.sumPlace, places[keys.at(-1)! + 1]);
  });
}

test('bounds that are written out stay as they are, and observed integers are compared with integers', () => {
  const bounds = [0.001, 0.003, 0.0035, 0.07, 1.1];
  const buckets = bucketsOf({ ...spec, bucketType: 'bounds', buckets: bounds, bucketMultiplier: 1e-6 });
  assert.deepEqual([buckets.bounds, buckets.keys], [bounds, [0, 1, 2, 3, 4]]);
  assert.deepEqual(limitsOf(buckets), [1000, 3000, 3500, 70_000, 1_100_000]);
  assert.deepEqual(limitsOf({ bounds: [0, 1.5, 7], multiplier: 2 }), [0, 0, 3]);
});
