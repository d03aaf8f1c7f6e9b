import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventCounts } from './event-counts.ts';

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
  const events = new EventCounts(2);
  for (const record of ['ab', 'abX', 'cd', 'abYY']) assert.equal(add(events, record), true);
  assert.deepEqual(countsOf(events), { ab: 3, cd: 1 });
});

test('a record that is too short is not counted', () => {
  const events = new EventCounts(2);
  assert.equal(add(events, 'a'), false);
  assert.deepEqual(countsOf(events), {});
});

test('without labels every record is the same event', () => {
  const events = new EventCounts(0);
  for (const record of ['', 'a', 'b']) add(events, record);
  assert.deepEqual(countsOf(events), { '': 3 });
});

test('many keys keep their counts while the table grows and after it was cleared', () => {
  const events = new EventCounts(2);
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
  const events = new EventCounts(2);
  add(events, 'ab');
  for (const { count, keys, values } of events.batches()) {
    for (let i = 0; i < 1000; i++) add(events, Buffer.of(i % 256, i >> 8));
    events.clear();
    assert.deepEqual([count, keys.toString('latin1', 0, 2), values.readUInt32LE(0)], [1, 'ab', 1]);
  }
  assert.deepEqual(countsOf(events), {});
});
