import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { booleanOf, isNull, numberOf } from './scalar.ts';

describe('an unquoted scalar', () => {
  const numbers: [text: string, expected: number | undefined][] = [
    ['8', 8],
    ['+8', 8],
    ['-8', -8],
    ['-0', 0],
    ['0x1F', 31],
    ['0X1f', 31],
    ['0o17', 15],
    ['0b101', 5],
    ['010', 8],
    ['08', 8],
    ['1_000', 1000],
    ['1e-6', 0.000001],
    ['.5', 0.5],
    ['5.', 5],
    ['1E3', 1000],
    ['_1', undefined],
    ['', undefined],
    ['0x', undefined],
    ['0b2', undefined],
    ['1e', undefined],
    ['.', undefined],
    ['--1', undefined],
    ['eight', undefined],
    ['.inf', undefined],
  ];
  for (const [text, expected] of numbers) {
    it(`${text || '(empty)'} is ${expected === undefined ? 'no number' : `the number ${expected}`}`, () =>
      equal(numberOf(text), expected));
  }

  const booleans: [texts: string[], expected: boolean | undefined][] = [
    [['true', 'True', 'TRUE', 'yes', 'Yes', 'y', 'on', 'ON'], true],
    [['false', 'False', 'no', 'NO', 'n', 'off', 'Off'], false],
    [['1', '0', 'maybe', ''], undefined],
  ];
  for (const [texts, expected] of booleans) {
    it(`${texts.join(', ')} are ${expected ?? 'no boolean'}`, () => {
      for (const text of texts) equal(booleanOf(text), expected, text);
    });
  }

  it('is null when empty or one of the words for it', () => {
    for (const text of ['', '~', 'null', 'Null', 'NULL']) equal(isNull(text), true, text);
    for (const text of ['nil', 'none', '0', 'nULL']) equal(isNull(text), false, text);
  });
});
