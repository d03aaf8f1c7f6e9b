import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openNative } from '../native/library.ts';
import { libbpfMissing } from '../native/native-testing.ts';
import { RecordPump, type RecordSink } from './record-pump.ts';
import type { RecordRing, TakeRecord } from './record-ring.ts';

/** A ring of records of 8 bytes. A byte in the pipe that is its descriptor wakes the reader. */
class PipeRing implements RecordRing {
  readonly size = 8 * 4096;
  readonly fd: number;
  position = 0;
  drains = 0;
  #end = 0;

  constructor(t: TestContext) {
    const directory = mkdtempSync(join(tmpdir(), 'exporter-ring-'));
    execFileSync('mkfifo', [join(directory, 'fifo')]);
    this.fd = openSync(join(directory, 'fifo'), 'r+');
    t.after(() => {
      closeSync(this.fd);
      rmSync(directory, { recursive: true });
    });
  }

  produce(records: number): void {
    this.#end += 8 * records;
    writeSync(this.fd, 'x');
  }

  end(): number {
    return this.#end;
  }

  drain(limit: number, take: TakeRecord): number {
    this.drains++;
    let seen = 0;
    for (; seen < limit && this.position < this.#end; seen++, this.position += 8) take(Buffer.alloc(8), 0, 8);
    return seen;
  }

  lost(): number {
    return 0;
  }

  close(): void {}
}

/** A sink that counts what it takes, up to `room` records. */
function counting(room = Number.POSITIVE_INFINITY) {
  const sink = { taken: 0, left: room };
  const take = (): void => {
    sink.taken++;
    sink.left--;
  };
  return Object.assign(sink, { take, room: () => sink.left } satisfies RecordSink);
}

/** Machines of tests are busy: waits until it is so, for at most five seconds. */
async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 5000; !isSo() && performance.now() < end; ) await sleep(1);
}

describe('the pump', { skip: libbpfMissing() }, () => {
  const create = (t: TestContext) => {
    const pump = new RecordPump(openNative());
    t.after(() => pump.close());
    return pump;
  };

  test('hands over records when the kernel wakes it, and sleeps when there are none', async (t) => {
    const pump = create(t);
    const ring = new PipeRing(t);
    const sink = counting();
    pump.add(ring, sink);
    for (let round = 1; round <= 3; round++) {
      ring.produce(1000);
      await until(() => sink.taken >= 1000 * round);
      assert.equal(sink.taken, 1000 * round);
    }
    await sleep(20); // it looks once more
    const { drains } = ring;
    await sleep(30);
    assert.equal(ring.drains, drains);
  });

  test('gives each ring its turn, and timers theirs', async (t) => {
    const pump = create(t);
    const [flood, drop] = [new PipeRing(t), new PipeRing(t)];
    const sinks = [counting(), counting()];
    pump.add(flood, {
      take: () => {
        sinks[0]!.take();
        for (const until = performance.now() + 0.02; performance.now() < until; );
      },
    });
    pump.add(drop, sinks[1]!);
    flood.produce(4000);
    drop.produce(1);
    await until(() => sinks[1]!.taken === 1);
    assert.equal(sinks[1]!.taken, 1);
    assert.ok(sinks[0]!.taken < 4000, `${sinks[0]!.taken} records of 0.02 ms were taken in one go`);
    await until(() => sinks[0]!.taken === 4000);
    assert.equal(sinks[0]!.taken, 4000);
  });

  test('leaves records where they are while the sink has no room', async (t) => {
    const pump = create(t);
    const ring = new PipeRing(t);
    const sink = counting(10);
    const pumped = pump.add(ring, sink);
    ring.produce(25);
    await until(() => sink.taken === 10);
    assert.equal(sink.taken, 10);
    sink.left = 100;
    pumped.wake();
    await until(() => sink.taken === 25);
    assert.equal(sink.taken, 25);
  });

  test('hands over at once what is waiting when asked', (t) => {
    const pump = create(t);
    const ring = new PipeRing(t);
    const sink = counting();
    const pumped = pump.add(ring, sink);
    ring.produce(1000);
    const slices = [...pumped.flush()].length;
    assert.equal(sink.taken, 1000);
    assert.ok(slices > 1);
  });

  test('leaves a ring alone that was removed, and can be closed twice', async (t) => {
    const pump = create(t);
    const [gone, kept] = [new PipeRing(t), new PipeRing(t)];
    const sinks = [counting(), counting()];
    const pumped = pump.add(gone, sinks[0]!);
    pump.add(kept, sinks[1]!);
    pumped.remove();
    pumped.remove();
    gone.produce(1);
    kept.produce(1);
    await until(() => sinks[1]!.taken === 1);
    assert.deepEqual(
      sinks.map(({ taken }) => taken),
      [0, 1],
    );
    pump.close();
    pump.close();
    kept.produce(1);
    await sleep(20);
    assert.equal(sinks[1]!.taken, 1);
  });
});
