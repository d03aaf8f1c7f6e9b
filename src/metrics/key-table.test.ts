import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyTable } from './key-table.ts';

function key(number: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(number);
  return bytes;
}

function addAll(table: KeyTable, count: number): void {
  for (let i = 0; i < count; i++) assert.equal(table.add(key(i), 0, i * 2), i);
}

test('a table finds every key it was given after it has grown, and no other', () => {
  const table = new KeyTable(8);
  addAll(table, 10_000);
  assert.equal(table.size, 10_000);
  for (let i = 0; i < 10_000; i++) {
    const entry = table.find(key(i), 0);
    assert.equal(table.target(entry), i * 2);
    assert.equal(table.stamp(entry), 0);
    assert.deepEqual(table.key(entry), key(i));
  }
  assert.equal(table.find(key(10_000), 0), -1);
  assert.equal(table.find(key(-1), 0), -1);
});

test('a key is read at its offset', () => {
  const table = new KeyTable(2);
  table.add(Buffer.from('xxabyy'), 2, 7);
  assert.equal(table.find(Buffer.from('ab'), 0), 0);
  assert.equal(table.find(Buffer.from('zzzab'), 3), 0);
  assert.equal(table.find(Buffer.from('xxabyy'), 3), -1);
  assert.deepEqual(table.keys(), Buffer.from('ab'));
});

test('a key of one byte has 256 entries at most, all apart', () => {
  const table = new KeyTable(1);
  for (let byte = 0; byte < 256; byte++) table.add(Buffer.of(byte), 0, byte);
  for (let byte = 0; byte < 256; byte++) assert.equal(table.find(Buffer.of(byte), 0), byte);
});

test('a key of no bytes is one entry', () => {
  const table = new KeyTable(0);
  assert.equal(table.find(Buffer.alloc(0), 0), -1);
  assert.equal(table.add(Buffer.alloc(0), 0, 5), 0);
  assert.equal(table.find(Buffer.from('any'), 2), 0);
  assert.equal(table.keys().length, 0);
  table.forget(1);
  assert.equal(table.find(Buffer.alloc(0), 0), -1);
});

test('forgetting drops the keys with an older stamp and keeps the rest in order', () => {
  const table = new KeyTable(8);
  addAll(table, 1000);
  for (let entry = 0; entry < 1000; entry += 10) table.setStamp(entry, 5);
  table.forget(5);
  assert.equal(table.size, 100);
  for (let i = 0; i < 1000; i++) {
    const entry = table.find(key(i), 0);
    assert.equal(entry, i % 10 === 0 ? i / 10 : -1);
    if (entry >= 0) assert.deepEqual([table.target(entry), table.stamp(entry)], [i * 2, 5]);
  }
  assert.equal(
    table.stamp(table.add(key(1), 0, 0)),
    0,
    'a new key does not inherit the stamp of a dropped one',
  );
});

test('a cleared table is as new', () => {
  const table = new KeyTable(8);
  addAll(table, 1000);
  table.clear();
  assert.equal(table.size, 0);
  assert.equal(table.find(key(1), 0), -1);
  addAll(table, 1000);
});

test('a table behaves as a Map under a million random operations', () => {
  const table = new KeyTable(2);
  const model = new Map<number, { target: number; stamp: number }>();
  const bytes = Buffer.alloc(2);
  for (let step = 1; step <= 1_000_000; step++) {
    const number = Math.floor(Math.random() * 3000);
    bytes.writeUInt16LE(number);
    const entry = table.find(bytes, 0);
    const expected = model.get(number);
    if (expected === undefined) {
      assert.equal(entry, -1);
      table.setStamp(table.add(bytes, 0, step), step);
      model.set(number, { target: step, stamp: step });
    } else {
      assert.equal(table.target(entry), expected.target);
      assert.equal(table.stamp(entry), expected.stamp);
      table.setTarget(entry, -step);
      table.setStamp(entry, step);
      model.set(number, { target: -step, stamp: step });
    }
    if (step % 10_000 === 0) {
      const oldest = step - Math.floor(Math.random() * 3000);
      table.forget(oldest);
      for (const [known, { stamp }] of model) if (stamp < oldest) model.delete(known);
    }
  }
  assert.equal(table.size, model.size);
  const kept = Array.from({ length: table.size }, (_, entry) => table.key(entry).readUInt16LE());
  assert.deepEqual(kept.sort(), [...model.keys()].sort());
});
