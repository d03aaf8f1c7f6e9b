import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hostBytes } from '../decoders/decoder-testing.ts';
import { FakeSource, label } from './metric-testing.ts';
import { collect, ids, tableOf } from './series-table-testing.ts';

const id = label('id', 4, 'uint');

/** Ten times its number is each id's value. */
function given(maxSets: number, ...first: readonly number[]) {
  const source = new FakeSource(4, ids(...first));
  let nowMs = 0;
  const series = tableOf(source, [id], { maxSets, nowMs: () => nowMs });
  return {
    series,
    /** What is shown of these ids, or of a value for each. */
    shown: (...entries: readonly (number | readonly [number, number])[]) => {
      source.entries = entries.map((entry) =>
        typeof entry === 'number' ? [hostBytes(4, entry), entry * 10] : [hostBytes(4, entry[0]), entry[1]],
      );
      return collect(series);
    },
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('label sets beyond a limit', () => {
  test('are one series, and the first stay what they are', () => {
    const { shown, series } = given(2);
    assert.deepEqual(shown(1, 2), { 'id="1"': 10, 'id="2"': 20 });
    assert.equal(series.table.folded, 0);
    assert.deepEqual(shown(4, 3, 2, 1), { 'id="1"': 10, 'id="2"': 20, 'id="other"': 70 });
    assert.equal(series.table.folded, 2);
  });

  test('do not fall when one of them leaves, and go on when it returns from zero', () => {
    const { shown, series } = given(1);
    shown(1, [2, 20], [3, 30]);
    assert.deepEqual(shown(1, [3, 31]), { 'id="1"': 10, 'id="other"': 51 });
    assert.equal(series.table.folded, 1);
    assert.deepEqual(shown(1), { 'id="1"': 10, 'id="other"': 51 });
    assert.deepEqual(shown(1, [2, 5], [3, 2]), { 'id="1"': 10, 'id="other"': 58 });
  });

  test('stay folded when a place is free, which goes to the next that is new', () => {
    const { shown, wait } = given(1);
    shown(1, 2);
    for (let minute = 0; minute < 4; minute++) {
      wait(60_000);
      assert.deepEqual(shown(2), { 'id="other"': 20 });
    }
    assert.deepEqual(shown(2, 3, 4), { 'id="3"': 30, 'id="other"': 60 });
    for (let minute = 0; minute < 4; minute++) {
      wait(60_000);
      assert.deepEqual(shown(3, 4), { 'id="3"': 30, 'id="other"': 60 });
    }
  });

  test('keep the total right while thousands come and go', () => {
    const { shown, wait } = given(10);
    let total = 0;
    for (let reading = 0; reading < 100; reading++) {
      wait(10_000);
      const live = Array.from({ length: 30 }, (_, i) => [reading * 20 + i, 7] as const);
      total = Object.values(shown(...live)).reduce((sum, value) => sum + value, 0);
      const folded = shown(...live)['id="other"'] ?? 0;
      assert.ok(total >= folded);
    }
    // Each of 2010 ids counted 7; the series of their own that are gone took theirs with them.
    assert.ok(total <= 2010 * 7);
    assert.ok(total > 1500 * 7, `${total}`);
  });
});

test('without a limit nothing is folded', () => {
  const { shown, series } = given(0);
  assert.deepEqual(shown(1, 2, 3), { 'id="1"': 10, 'id="2"': 20, 'id="3"': 30 });
  assert.equal(series.table.folded, 0);
});
