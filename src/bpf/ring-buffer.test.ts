import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RingBuffer } from './ring-buffer.ts';
import { busy, discarded, drained, fakeRingBuffer } from './ring-testing.ts';

function create(bytes = 4096) {
  const kernel = fakeRingBuffer(bytes);
  return { kernel, ring: new RingBuffer(kernel.native, { fd: 7, name: 'events', bytes }) };
}

test('hands over records in their order and gives their memory back', () => {
  const { kernel, ring } = create();
  for (const text of ['one', 'twotwotwo', '']) kernel.write(Buffer.from(text));
  assert.deepEqual(drained(ring), ['one', 'twotwotwo', '']);
  assert.equal(kernel.read(), 16 + 24 + 8);
  assert.deepEqual(drained(ring), []);
});

test('takes no more than the limit, and says so', () => {
  const { kernel, ring } = create();
  for (let i = 0; i < 5; i++) kernel.write(Buffer.from(String(i)));
  assert.deepEqual(drained(ring, 2), ['0', '1']);
  assert.equal(kernel.read(), 32);
  assert.deepEqual(drained(ring, 10), ['2', '3', '4']);
});

test('passes over what the program discarded, which counts as seen', () => {
  const { kernel, ring } = create();
  kernel.write(Buffer.from('given up'), discarded);
  kernel.write(Buffer.from('kept'));
  const found: number[] = [];
  assert.equal(
    ring.drain(10, (_, __, length) => found.push(length)),
    2,
  );
  assert.deepEqual(found, [4]);
});

test('waits at a record that is still being written, and those behind it', () => {
  const { kernel, ring } = create();
  kernel.write(Buffer.from('first'));
  kernel.write(Buffer.from('slow'), busy);
  kernel.write(Buffer.from('behind'));
  assert.deepEqual(drained(ring), ['first']);
  assert.deepEqual(drained(ring), []);
  kernel.complete();
  assert.deepEqual(drained(ring), ['slow', 'behind']);
});

test('reads records that wrap in one piece, over many rounds', () => {
  const { kernel, ring } = create();
  let expected: string[] = [];
  for (let i = 0; i < 3000; i++) {
    const text = `${i}`.repeat(1 + (i % 13));
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

test('a record whose taker throws is gone, those behind it are not', () => {
  const { kernel, ring } = create();
  kernel.write(Buffer.from('bad'));
  kernel.write(Buffer.from('good'));
  assert.throws(
    () =>
      ring.drain(10, () => {
        throw new Error('of no use');
      }),
    /of no use/,
  );
  assert.deepEqual(drained(ring), ['good']);
});

test('a second reader goes on where the first ended', () => {
  const { kernel, ring } = create();
  kernel.write(Buffer.from('taken before'));
  drained(ring);
  kernel.write(Buffer.from('new'));
  assert.deepEqual(drained(new RingBuffer(kernel.native, { fd: 7, name: 'events', bytes: 4096 })), ['new']);
});

test('hands over nothing once it is closed, twice', () => {
  const { kernel, ring } = create();
  kernel.write(Buffer.from('late'));
  ring.close();
  ring.close();
  assert.deepEqual(drained(ring), []);
  assert.equal(ring.end(), ring.position);
});
