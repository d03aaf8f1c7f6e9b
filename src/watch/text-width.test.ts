import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fit, textWidth } from './text-width.ts';

describe('the width of a text', () => {
  const widths: readonly [text: string, columns: number][] = [
    ['', 0],
    ['abc', 3],
    ['µs ▁█ é', 7],
    ['e\u0301', 1],
    ['日本', 4],
    ['🔥', 2],
    ['한글', 4],
  ];
  for (const [text, columns] of widths) {
    it(`is ${columns} for ${JSON.stringify(text)}`, () => assert.equal(textWidth(text), columns));
  }
});

describe('a text that is to fit', () => {
  it('is filled up on either side', () => {
    assert.equal(fit('ab', 4), 'ab  ');
    assert.equal(fit('ab', 4, 'right'), '  ab');
    assert.equal(fit('ab', 2), 'ab');
  });

  it('is cut where it is too long', () => {
    assert.equal(fit('abcdef', 4), 'abc…');
    assert.equal(fit('abc', 1), '…');
    assert.equal(fit('abc', 0), '');
  });

  it('is as wide as it is to be, also where a character of two columns is cut', () => {
    assert.equal(fit('日本語', 4), '日… ');
    for (let columns = 0; columns < 9; columns++) assert.equal(textWidth(fit('a日b本🔥', columns)), columns);
  });
});
