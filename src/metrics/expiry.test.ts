import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostBytes } from '../decoders/decoder-testing.ts';
import { Expiry } from './expiry.ts';
import type { MapReading } from './map-reading.ts';
import { keyOptions, valueReader } from './metric.ts';
import { type Entry, FakeSource, inputOf, label } from './metric-testing.ts';
import { SeriesTable } from './series-table.ts';

const minute = 60_000;

/** A map of keys of two parts, read by a table for each list of labels; entries expire after 10 minutes. */
function given(...tables: readonly string[][]) {
  const values = new Map<string, { key: Buffer; value: number }>();
  const set = (a: number, b: number, value: number): void => {
    values.set(`${a}/${b}`, { key: hostBytes(4, a, b), value });
  };
  const source = Object.assign(new FakeSource(8), {
    delete: (key: Buffer): boolean => values.delete(`${key.readUInt32LE(0)}/${key.readUInt32LE(4)}`),
  });
  let nowMs = 0;
  let expired = 0;
  let reading: MapReading | undefined;
  const made = tables.map((names) => {
    const input = inputOf(source, [label('a', 4, 'uint'), label('b', 4, 'uint')], {
      nowMs: () => nowMs,
      keyBytes: 8,
      ...(reading && { reading }),
    });
    reading = input.reading;
    const options = { maxSets: 0, places: 1, exportedLabels: names.length, place: () => 0 };
    const table = new SeriesTable({ ...keyOptions(input), ...options });
    table.addColumn(valueReader(input));
    table.watchChanges();
    return reading.sink(names.join(), () => table);
  });
  const expiry = new Expiry({
    afterMs: 10 * minute,
    source,
    onExpired: (entries) => {
      expired += entries;
    },
  });
  reading!.addAfter(() => expiry.run(made, nowMs));
  return {
    set,
    /** The keys that are left after a reading some minutes later. */
    after: (minutes: number): string[] => {
      nowMs += minutes * minute;
      source.entries = [...values.values()].map(({ key, value }): Entry => [key, value]);
      for (const _ of reading!.collect());
      return [...values.keys()];
    },
    expired: () => expired,
  };
}

test('a label set in which nothing changes is deleted, and starts anew when it returns', () => {
  const { set, after, expired } = given(['a', 'b']);
  set(1, 1, 5);
  set(2, 1, 5);
  assert.deepEqual(after(0), ['1/1', '2/1']);
  set(2, 1, 6);
  assert.deepEqual(after(6), ['1/1', '2/1']);
  assert.deepEqual(after(5), ['2/1']);
  assert.equal(expired(), 1);
  set(1, 1, 1);
  assert.deepEqual(after(1), ['2/1', '1/1']);
  assert.deepEqual(after(9), ['1/1']);
  assert.deepEqual(after(1), []);
  assert.equal(expired(), 3);
});

test('all entries of a label set are deleted together, and never one of them alone', () => {
  const { set, after } = given(['a']);
  set(1, 1, 5);
  set(1, 2, 5);
  after(0);
  for (let value = 6; value < 20; value++) {
    set(1, 2, value);
    assert.deepEqual(after(3), ['1/1', '1/2']);
  }
  assert.deepEqual(after(9), ['1/1', '1/2']);
  assert.deepEqual(after(1), []);
});

test('an entry of two metrics keeps the label sets of both', () => {
  const { set, after } = given(['a', 'b'], ['a']);
  set(1, 1, 5);
  set(1, 2, 5);
  set(2, 1, 5);
  after(0);
  for (let value = 6; value < 20; value++) {
    set(1, 2, value);
    assert.deepEqual(after(11), ['1/1', '1/2']);
  }
});
