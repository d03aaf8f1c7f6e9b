import assert from 'node:assert/strict';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PerfRing } from './perf-ring.ts';
import { drained, fakePerfRing } from './ring-testing.ts';

function create(countsLost = false, fd = 7) {
  const kernel = fakePerfRing(4096);
  const ring = new PerfRing(kernel.native, { cpu: 0, fd, countsLost, pages: 1 }, 'events');
  return { kernel, ring };
}

test('hands over records with the padding that the kernel put behind them', () => {
  const { kernel, ring } = create();
  kernel.write(Buffer.from('four'));
  kernel.write(Buffer.from('twelve bytes'));
  assert.deepEqual(drained(ring), ['four', 'twelve bytes']);
  kernel.write(Buffer.from('five!'));
  assert.deepEqual(drained(ring), ['five!\0\0\0\0\0\0\0']);
  assert.equal(kernel.read(), 16 + 24 + 24);
});

test('reads records that wrap, over many rounds', () => {
  const { kernel, ring } = create();
  let expected: string[] = [];
  for (let i = 0; i < 3000; i++) {
    const text = `${i}`.padEnd(4 + 8 * (i % 13), '.');
    if (!kernel.write(Buffer.from(text))) {
      assert.deepEqual(drained(ring), expected);
      expected = [];
      kernel.write(Buffer.from(text));
    }
    expected.push(text);
  }
  assert.deepEqual(drained(ring), expected);
  assert.ok(kernel.read() > 10 * 4096);
});

test('adds up the notes of lost records where the kernel keeps no count', () => {
  const { kernel, ring } = create();
  kernel.lose(3);
  kernel.write(Buffer.from('kept'));
  kernel.lose(4);
  assert.deepEqual(drained(ring), ['kept']);
  assert.equal(ring.lost(), 7);
});

test('asks the kernel for its count of lost records where it keeps one, and remembers the last', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'exporter-lost-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const counts = Buffer.alloc(16);
  counts.writeBigUInt64LE(11n, 8);
  writeFileSync(join(directory, 'event'), counts);
  const { kernel, ring } = create(true, openSync(join(directory, 'event'), 'r'));
  kernel.lose(3);
  drained(ring);
  ring.close();
  ring.close();
  assert.equal(ring.lost(), 11);
  assert.deepEqual(drained(ring), []);
});
