import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dice } from '../../test/support/dice.ts';
import { TextTable } from './text-table.ts';

function textsOf(table: TextTable): string[] {
  return Array.from({ length: table.size }, (_, text) =>
    Buffer.from(table.view.buffer, table.start(text), table.end(text) - table.start(text)).toString(),
  );
}

test('equal texts are one, numbered in the order they came', () => {
  const table = new TextTable();
  assert.deepEqual(
    ['b', '', 'é', 'b', '', 'a'].map((text) => table.intern(text)),
    [0, 1, 2, 0, 1, 3],
  );
  assert.deepEqual(textsOf(table), ['b', '', 'é', 'a']);
});

test('texts that are kept move to the front, and are found there', () => {
  const table = new TextTable();
  for (const text of ['a', 'bb', 'ccc', 'dddd']) table.intern(text);
  assert.deepEqual([...table.keep(Uint8Array.of(0, 1, 0, 1))], [-1, 0, -1, 1]);
  assert.deepEqual(textsOf(table), ['bb', 'dddd']);
  assert.deepEqual(
    ['dddd', 'a'].map((text) => table.intern(text)),
    [1, 2],
  );
});

test('behaves as a list of distinct texts does, through growth and dropping', () => {
  const random = dice(1);
  const table = new TextTable();
  let model: string[] = [];
  for (let step = 0; step < 20_000; step++) {
    const text = 'x'.repeat(random.below(50)) + random.below(3000);
    const known = model.indexOf(text);
    assert.equal(table.intern(text), known < 0 ? model.length : known);
    if (known < 0) model.push(text);
    if (step % 5000 !== 4999) continue;
    const flags = Uint8Array.from(model, () => random.below(2));
    table.keep(flags);
    model = model.filter((_, i) => flags[i] === 1);
    assert.deepEqual(textsOf(table), model);
  }
});

test('7 bytes past the end of the last text can be read', () => {
  const table = new TextTable();
  for (let i = 0; i < 5000; i++) {
    const last = table.intern(`text ${i}`);
    table.view.getUint8(table.end(last) + 6);
  }
});
