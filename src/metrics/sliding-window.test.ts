import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WindowTake } from '../config/spec.ts';
import { SlidingWindow } from './sliding-window.ts';

/** What is shown of one label set after each slice in which it had a value, or none. */
function shownAfter(length: number, take: WindowTake, values: readonly (number | undefined)[]): unknown[] {
  const window = new SlidingWindow(length, take);
  return values.map((value, slice) => {
    if (value !== undefined) window.add('a', slice, value);
    return [...window.until(slice)][0]?.[1];
  });
}

const none = undefined;
const values = [5, 9, 2, none, 2, none, none, none, -1];
const table: readonly (readonly [WindowTake, number, readonly (number | undefined)[]])[] = [
  ['max', 3, [none, none, 9, 9, 2, 2, 2, none, -1]],
  ['min', 3, [none, none, 2, 2, 2, 2, 2, none, -1]],
  ['sum', 3, [none, none, 16, 11, 4, 2, 2, none, -1]],
  ['max', 1, values],
  ['sum', 1, values],
];
for (const [take, length, expected] of table) {
  test(`the ${take} of the last ${length} slices, once there were so many`, () => {
    assert.deepEqual(shownAfter(length, take, values), expected);
  });
}

test('it says what searching all slices says', () => {
  const random = Array.from({ length: 200 }, () =>
    Math.random() < 0.3 ? none : Math.floor(Math.random() * 9),
  );
  for (const take of ['max', 'min', 'sum'] as const) {
    const expected = random.map((_, slice) => {
      const last = random.slice(Math.max(0, slice - 6), slice + 1).filter((value) => value !== none);
      if (slice < 6 || last.length === 0) return none;
      return take === 'sum' ? last.reduce((sum, value) => sum + value) : Math[take](...last);
    });
    assert.deepEqual(shownAfter(7, take, random), expected, `${take} of ${JSON.stringify(random)}`);
  }
});
