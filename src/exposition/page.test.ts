import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberText } from './number-text.ts';
import { Page } from './page.ts';

test('a page grows with what is written, and starts over in other memory', () => {
  const page = new Page(1);
  const expected: string[] = [];
  for (let i = 0; i < 1000; i++) {
    page.text(`é${i}€ `);
    page.text('𝄞\n');
    page.number(i);
    expected.push(`é${i}€ 𝄞\n${i}`);
  }
  assert.equal(page.bytes().toString(), expected.join(''));
  const before = page.bytes();
  page.moveTo(Buffer.alloc(4).subarray(2));
  assert.equal(page.bytes().length, 0);
  page.text('again');
  assert.equal(page.bytes().toString(), 'again');
  assert.equal(before.toString(), expected.join(''));
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
    page.moveTo(Buffer.alloc(1));
    page.number(number);
    assert.equal(page.bytes().toString(), numberText(number));
  }
});
