import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventCounts } from './event-counts.ts';
import { eventCounts } from './metric-testing.ts';

function add(events: EventCounts, record: Buffer | string): boolean {
  return events.add(Buffer.from(`..${record.toString('latin1')}..`, 'latin1'), 2, record.length);
}

function countsOf(events: EventCounts): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { count, keys, values } of events.batches()) {
    for (let i = 0; i < count; i++) {
      found[keys.toString('latin1', i * events.keySize, (i + 1) * events.keySize)] = Number(
        values.readBigUInt64LE(i * 8),
      );
    }
  }
  return found;
}

test('equal records are counted together, whatever the kernel padded them with', () => {
  const events = eventCounts(2);
  for (const record of ['ab', 'abX', 'cd', 'abYY']) assert.equal(add(events, record), true);
  assert.deepEqual(countsOf(events), { ab: 3, cd: 1 });
});

test('a record that is too short is not counted', () => {
  const events = eventCounts(2);
  assert.equal(add(events, 'a'), false);
  assert.deepEqual(countsOf(events), {});
});

test('without labels every record is the same event', () => {
  const events = eventCounts(0);
  for (const record of ['', 'a', 'b']) add(events, record);
  assert.deepEqual(countsOf(events), { '': 3 });
});

test('many keys keep their counts while the table grows and after it was cleared', () => {
  const events = eventCounts(2);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 3 * 5000; i++) add(events, Buffer.of(i % 256, (i >> 8) % 20));
    const counts = Object.values(countsOf(events));
    assert.equal(counts.length, 256 * 20);
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      3 * 5000,
    );
    events.clear();
    assert.deepEqual(countsOf(events), {});
  }
});

test('a batch stays as it is while records come and counts are cleared', () => {
  const events = eventCounts(2);
  add(events, 'ab');
  for (const { count, keys, values } of events.batches()) {
    for (let i = 0; i < 1000; i++) add(events, Buffer.of(i % 256, i >> 8));
    events.clear();
    assert.deepEqual([count, keys.toString('latin1', 0, 2), values.readUInt32LE(0)], [1, 'ab', 1]);
  }
  assert.deepEqual(countsOf(events), {});
});

test('beyond the limit keys are one, those that came before keep their own', () => {
  const events = eventCounts(2, { maxKeys: 2 });
  for (const record of ['ab', 'cd', 'ef', 'gh', 'ab', 'ef']) assert.equal(add(events, record), true);
  const [, rest] = [...events.batches()];
  assert.deepEqual([rest?.keyless, rest?.count, rest?.values.readBigUInt64LE(0)], [true, 1, 3n]);
  assert.equal(events.folded, 3);
  events.clear();
  add(events, 'ef');
  assert.equal(countsOf(events).ef, 1);
  assert.equal(events.folded, 3);
});

test('beyond the limit the places of a label set are told apart', () => {
  const placeOf = (key: Buffer, at: number): number => key[at + 1]! - 48;
  const events = eventCounts(2, { maxKeys: 1, rest: { places: 3, placeOf } });
  for (const record of ['a0', 'b1', 'c2', 'd1']) add(events, record);
  const [, rest] = [...events.batches()];
  const counts = Array.from({ length: rest!.count }, (_, place) => rest!.values.readBigUInt64LE(8 * place));
  assert.deepEqual(counts, [0n, 2n, 1n]);
});

test('the parts of a record that are its key may stand anywhere, in any order', () => {
  const keyParts = [
    { offset: 3, size: 1 },
    { offset: 0, size: 2 },
  ];
  const events = eventCounts(3, { keyParts, recordBytes: 4 });
  for (const record of ['ab-c', 'ab+c', 'ab-d']) add(events, record);
  assert.deepEqual(countsOf(events), { cab: 2, dab: 1 });
  assert.equal(add(events, 'abc'), false);
});
