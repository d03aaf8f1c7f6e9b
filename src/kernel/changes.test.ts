import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Changes, nameBit, unknownName } from './changes.ts';

test('what changed is told to everybody from where they stand', () => {
  const changes = new Changes();
  changes.note(nameBit(2));
  const first = changes.generation;
  changes.note(nameBit(3) | unknownName);
  assert.equal(changes.since(0), nameBit(2) | nameBit(3) | unknownName);
  assert.equal(changes.since(first), nameBit(3) | unknownName);
  assert.equal(changes.since(changes.generation), 0);
});

test('noting nothing changes nothing', () => {
  const changes = new Changes();
  changes.note(0);
  assert.equal(changes.generation, 0);
});

test('no name has the bit of what is unknown', () => {
  for (const name of [0, 1, 30, 31, 32, 2 ** 32 - 1, 2 ** 52]) {
    assert.equal(nameBit(name) & unknownName, 0, `${name}`);
    assert.notEqual(nameBit(name), 0, `${name}`);
  }
});
