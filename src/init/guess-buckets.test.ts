import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DeclaredMap } from '../bpf/declared-maps.ts';
import { mapTypes } from '../bpf/map-types.ts';
import { guessBuckets } from './guess-buckets.ts';
import type { MapUses } from './map-uses.ts';

const map: DeclaredMap = {
  name: 'x',
  type: mapTypes.hash,
  keySize: 4,
  valueSize: 8,
  maxEntries: 1024,
  keyType: undefined,
  valueType: undefined,
};
const uses = (constants: number[], divisors: number[], compared = [3, 15, 255, 65535]): MapUses => ({
  helpers: new Set([1, 2]),
  recordSizes: new Set(),
  constants: new Set(constants),
  compared: new Set(compared),
  divisors: new Set(divisors),
});

const rows: readonly [it: string, name: string, uses: MapUses, buckets: [string, number, number]][] = [
  ['microseconds', 'x_seconds', uses([33, 16, 28, 27], [1000]), ['exp2', 27, 1e-6]],
  ['milliseconds', 'x_seconds', uses([33, 16, 11, 10], [1_000_000]), ['exp2', 10, 0.001]],
  ['nanoseconds', 'x_seconds', uses([33, 16, 32, 31], []), ['exp2', 31, 1e-9]],
  ['microseconds in a metric of them', 'x_us', uses([33, 16, 28, 27], [1000]), ['exp2', 27, 1]],
  ['sizes', 'x_bytes', uses([17, 16, 27, 26], []), ['exp2', 26, 1]],
  ['lengths that may be zero', 'x_length', uses([34, 14, 13], []), ['exp2zero', 13, 1]],
  ['steps of 50', 'x_length', uses([20, 21], [50], []), ['linear', 20, 50]],
  ['nothing that is known', 'x_bytes', uses([], []), ['exp2', 26, 1]],
];

describe('guessBuckets', () => {
  for (const [it, name, code, buckets] of rows) {
    test(`finds ${it} in the code`, () => {
      const { type, max, multiplier } = guessBuckets(name, map, code);
      assert.deepEqual([type, max, multiplier], buckets);
    });
  }

  test('takes the last entry of an array for the sum', () => {
    const { max } = guessBuckets(
      'x_bytes',
      { ...map, type: mapTypes.percpu_array, maxEntries: 26 },
      uses([], []),
    );
    assert.equal(max, 24);
  });
});
