import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatIn, formatQuantity, scaleFor } from './quantity.ts';
import { unitOf } from './unit-of.ts';

describe('formatQuantity', () => {
  const rows: readonly [value: number, name: string, text: string, perSecond?: boolean][] = [
    [0.0012, 'x_seconds', '1.2 ms'],
    [0.00000128, 'x_seconds', '1.28 µs'],
    [134.217728, 'x_seconds', '2.24 min'],
    [7200, 'x_seconds', '2 h'],
    [86400 * 30, 'x_seconds', '30 d'],
    [1e-12, 'x_seconds', '0.001 ns'],
    [0, 'x_seconds', '0 s'],
    [0.0123, 'x_seconds_total', '12.3 ms/s', true],
    [75, 'x_seconds_total', '75 s/s', true],
    [1500, 'x_us', '1.5 ms'],
    [3_400_000, 'x_bytes_total', '3.4 MB/s', true],
    [0.25, 'x_bytes_total', '0.25 B/s', true],
    [999_999, 'x_bytes', '1 MB'],
    [512, 'x_bytes', '512 B'],
    [4, 'x_kib', '4.1 kB'],
    [1234, 'x_total', '1.23k'],
    [1234, 'x_total', '1.23k/s', true],
    [0.1, 'x_total', '0.1/s', true],
    [0.00001, 'x_total', '0.00001/s', true],
    [7, 'x_total', '7'],
    [2 ** 64, 'x_total', '18.4E'],
    [1e24, 'x_total', '1000000E'],
    [-1234, 'x', '-1.23k'],
    [0.375, 'x_ratio', '37.5%'],
    [Number.POSITIVE_INFINITY, 'x_seconds', '∞'],
    [Number.NaN, 'x_seconds', '–'],
    [1769860800, 'x_timestamp_seconds', '2026-01-31 12:00:00'],
    [0, 'x_timestamp_seconds', '–'],
    [1e300, 'x_timestamp_seconds', '–'],
  ];
  for (const [value, name, text, perSecond] of rows) {
    test(`writes ${value} of ${name}${perSecond ? ' per second' : ''} as ${text}`, () => {
      assert.equal(formatQuantity(value, unitOf(name), perSecond), text);
    });
  }

  test('has four characters at most for what has three digits that count', () => {
    for (let exponent = -3; exponent < 20; exponent += 0.01) {
      const text = formatQuantity(10 ** exponent, unitOf('x_bytes'));
      assert.match(text, /^(\d{1,3}|\d\.\d{1,2}|\d\d\.\d|0\.0*\d{1,3}) [kMGTPE]?B$/);
    }
  });
});

describe('scaleFor', () => {
  test('is one scale for all numbers of an axis', () => {
    const scale = scaleFor(2500, unitOf('x_bytes'));
    assert.deepEqual(
      [0, 500, 2500].map((value) => formatIn(scale, value)),
      ['0 kB', '0.5 kB', '2.5 kB'],
    );
  });
});
