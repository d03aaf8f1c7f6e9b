import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberText } from './number-text.ts';

const table: readonly [number, string][] = [
  [0, '0'],
  [-0, '0'],
  [1, '1'],
  [48, '48'],
  [740112, '740112'],
  [999999, '999999'],
  [1000000, '1e+06'],
  [1740800, '1.7408e+06'],
  [1234567, '1.234567e+06'],
  [2 ** 53, '9.007199254740992e+15'],
  [2 ** 64, '1.8446744073709552e+19'],
  [1e100, '1e+100'],
  [0.000128, '0.000128'],
  [0.0001, '0.0001'],
  [0.000064, '6.4e-05'],
  [0.000001, '1e-06'],
  [1e-7, '1e-07'],
  [2 ** 24 * 1e-7, '1.6777216'],
  [134.217728, '134.217728'],
  [0.5, '0.5'],
  [123456.789, '123456.789'],
  [1824 * 0.000001, '0.0018239999999999999'],
  [-0.25, '-0.25'],
  [-1500000, '-1.5e+06'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [Number.NaN, 'NaN'],
];

for (const [value, text] of table) {
  test(`writes ${value} as ${text}`, () => assert.equal(numberText(value), text));
}

test('every text reads back as the same number', () => {
  for (let i = 0; i < 100_000; i++) {
    const value = Math.random() * 10 ** Math.floor(Math.random() * 40 - 20);
    assert.equal(Number(numberText(value)), value);
  }
});
