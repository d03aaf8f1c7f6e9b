import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportResult, SpanExporter } from './span-exporter.ts';
import { SpanQueue } from './span-queue.ts';
import { type TraceBatch, TraceBatchBuilder } from './trace-batch.ts';

/** A queue of 10 spans, 4 in a batch, whose exports end when the test says so. */
function create(given: { scheduleDelayMs?: number; exportTimeoutMs?: number; timeoutMs?: number } = {}) {
  const batches: TraceBatch[] = [];
  const ends: ((result: ExportResult) => void)[] = [];
  const warnings: string[] = [];
  const calls = { room: 0, closed: 0 };
  const exporter: SpanExporter = {
    timeoutMs: given.timeoutMs ?? 1000,
    export(batch) {
      batches.push(batch);
      return new Promise((resolve) => ends.push(resolve));
    },
    close: () => calls.closed++,
  };
  const queue = new SpanQueue({
    settings: {
      maxQueueSize: 10,
      maxExportBatchSize: 4,
      scheduleDelayMs: 5000,
      exportTimeoutMs: 5000,
      ...given,
    },
    exporter,
    builder: new TraceBatchBuilder({ name: '', version: '' }, () => ({})),
    warn: (message) => warnings.push(message),
    onRoom: () => calls.room++,
  });
  const add = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const writer = queue.writer('');
      if (writer === undefined) continue;
      writer.byte(1);
      queue.added();
    }
  };
  const end = async (result: ExportResult): Promise<void> => {
    ends.shift()!(result);
    await sleep(1);
  };
  const sizes = (): number[] => batches.map(({ spans }) => spans);
  return { queue, add, end, sizes, warnings, calls };
}

const good: ExportResult = { delivered: true, rejected: 0 };

test('a batch goes out when it is full, one at a time', async () => {
  const { queue, add, end, sizes } = create();
  add(3);
  assert.deepEqual(sizes(), []);
  add(6);
  assert.deepEqual([sizes(), queue.length], [[4], 5]);
  await end(good);
  assert.deepEqual([sizes(), queue.length], [[4, 4], 1]);
});

test('what is no full batch goes out after the delay', async () => {
  const { add, sizes } = create({ scheduleDelayMs: 20 });
  add(1);
  await sleep(5);
  assert.deepEqual(sizes(), []);
  await sleep(40);
  assert.deepEqual(sizes(), [1]);
});

test('while exports succeed, whoever has more than there is room for is to wait', async () => {
  const { queue, add, end, calls } = create();
  assert.equal(queue.room, 10);
  add(14);
  assert.equal(queue.room, 0);
  const { room } = calls;
  await end(good);
  assert.equal(queue.room, 4);
  assert.ok(calls.room > room);
  assert.equal(queue.dropped.queue_full, 0);
});

test('once exports fail, what does not fit is dropped and counted', async () => {
  const { queue, add, end, warnings } = create();
  add(14);
  await end({ delivered: false, reason: 'down' });
  assert.deepEqual(queue.dropped, { queue_full: 0, export_failed: 4, rejected: 0, shutdown: 0 });
  assert.equal(queue.exportFailures, 1);
  assert.equal(queue.room, Number.POSITIVE_INFINITY);
  add(7);
  assert.equal(queue.dropped.queue_full, 7);
  assert.equal(queue.length, 10);
  assert.deepEqual(warnings, ['Cannot export 4 spans: down; they are dropped']);
});

test('an export that is slow holds nobody up for longer than a second', async () => {
  const { queue, add, end, calls } = create();
  add(14);
  assert.equal(queue.room, 0);
  const { room } = calls;
  await sleep(1100);
  assert.equal(queue.room, Number.POSITIVE_INFINITY);
  assert.ok(calls.room > room, 'those who wait are told');
  await end(good);
  assert.equal(queue.room, 4);
});

test('a receiver is left alone for as long as it said, then delivery resumes', async () => {
  const { queue, add, end, sizes } = create();
  add(8);
  await end({ delivered: false, reason: 'busy', retryAfterMs: 100 });
  await sleep(60);
  assert.deepEqual(sizes(), [4]);
  await sleep(60);
  assert.deepEqual(sizes(), [4, 4]);
  await end(good);
  assert.equal(queue.room, 10);
});

test('an export that never ends is given up, and counted', async () => {
  const { queue, add, warnings } = create({ exportTimeoutMs: 30 });
  add(4);
  await sleep(60);
  assert.equal(queue.dropped.export_failed, 4);
  assert.match(warnings[0]!, /no answer within OTEL_BSP_EXPORT_TIMEOUT, 30 ms/);
});

test('what the receiver rejects is counted and told', async () => {
  const { queue, add, end, warnings } = create();
  add(4);
  await end({ delivered: true, rejected: 3, message: 'too old' });
  assert.equal(queue.dropped.rejected, 3);
  assert.deepEqual(warnings, ['The receiver rejected 3 spans: too old']);
});

test('closing sends what there is, and ends pauses', async () => {
  const { queue, add, end, sizes, calls } = create();
  add(6);
  await end({ delivered: false, reason: 'busy', retryAfterMs: 60_000 });
  const closed = queue.close();
  await sleep(5);
  assert.deepEqual(sizes(), [4, 2]);
  await end(good);
  await closed;
  await queue.close();
  assert.equal(calls.closed, 1);
  add(1);
  assert.equal(queue.dropped.shutdown, 1);
});

test('closing takes no longer than the exporter may, and counts what remains', async () => {
  const { queue, add, warnings } = create({ timeoutMs: 50 });
  add(7);
  const started = performance.now();
  await queue.close();
  assert.ok(performance.now() - started < 500);
  assert.equal(queue.dropped.shutdown, 3);
  assert.deepEqual(warnings, ['3 spans could not be sent before the end']);
});
