import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ago, counted, duration, oneLine, seriesName, utc } from './words.ts';

describe('words', () => {
  const durations: readonly [number, string][] = [
    [0, '0 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [7200, '2 h'],
    [12_000, '3 h 20 min'],
    [86_400 * 5 + 7200, '5 d 2 h'],
    [86_400 * 30 + 7200, '30 d'],
  ];
  for (const [seconds, text] of durations) {
    test(`for ${seconds} seconds: ${text}`, () => assert.equal(duration(seconds), text));
  }

  test('for moments and numbers', () => {
    assert.deepEqual([ago(0.2), ago(12)], ['now', '12 s ago']);
    assert.deepEqual(
      [counted(1, 'error'), counted(12_000, 'series', 'series')],
      ['1 error', '12,000 series'],
    );
    assert.equal(utc(0), '1970-01-01 00:00:00 UTC');
  });

  test('show what of a label cannot be seen', () => {
    assert.equal(oneLine('a\nb\tc\u0000\u202ed'), 'a⏎b⇥c\\u{0}\\u{202e}d');
    assert.equal(seriesName({ a: '', b: 'x\n' }), 'a=  b=x⏎');
    assert.deepEqual([seriesName({}), seriesName({ a: '' })], ['all', '(empty)']);
  });
});
