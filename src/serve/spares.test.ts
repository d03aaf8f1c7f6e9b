import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Spares } from './spares.ts';

test('memory is used again, all of it while some is in use, little when none is', () => {
  const spares = new Spares();
  const places = (count: number): Buffer[] => Array.from({ length: count }, () => spares.take());
  const used = places(10);
  for (const memory of used.slice(1)) spares.give(memory);
  const again = places(9);
  assert.deepEqual(new Set(again), new Set(used.slice(1)));
  for (const memory of [...again, used[0]!]) spares.give(memory);
  assert.equal(places(10).filter((memory) => used.includes(memory)).length, 2);
});

test('memory that grew much is not kept', () => {
  const spares = new Spares();
  const other = spares.take();
  const grown = Buffer.alloc(spares.take().length * 4);
  spares.give(grown);
  assert.notEqual(spares.take(), grown);
  spares.give(other);
});
