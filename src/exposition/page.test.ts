import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberText } from './number-text.ts';
import { Page } from './page.ts';

test('a page grows with what is written and is empty again when cleared', () => {
  const page = new Page(1);
  const expected: string[] = [];
  for (let i = 0; i < 1000; i++) {
    page.text(`é${i}€ `);
    page.text('𝄞\n');
    page.number(i);
    expected.push(`é${i}€ 𝄞\n${i}`);
  }
  assert.equal(page.bytes().toString(), expected.join(''));
  page.clear();
  assert.equal(page.bytes().length, 0);
  page.text('again');
  assert.equal(page.bytes().toString(), 'again');
});

test('a number is written as its text', () => {
  const numbers = [
    0,
    -0,
    9,
    10,
    99,
    100,
    99_999,
    100_000,
    999_999,
    1_000_000,
    -1,
    0.5,
    2 ** 64,
    Number.NaN,
    Infinity,
  ];
  for (let i = 0; i < 100_000; i++)
    numbers.push(Math.floor(Math.random() * 10 ** Math.ceil(Math.random() * 8)));
  const page = new Page(1);
  for (const number of numbers) {
    page.clear();
    page.number(number);
    assert.equal(page.bytes().toString(), numberText(number));
  }
});

test('a page gives memory back after pages that need much less of it', () => {
  const page = new Page();
  page.text('x'.repeat(8 << 20));
  page.clear();
  page.text('little');
  assert.equal(page.bytes().buffer.byteLength >= 8 << 20, true, 'the last page was large');
  page.clear();
  page.text('little');
  assert.ok(page.bytes().buffer.byteLength <= 1 << 20);
  assert.equal(page.bytes().toString(), 'little');
});
