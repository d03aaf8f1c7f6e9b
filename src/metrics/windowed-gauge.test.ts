import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Aggregate, GaugeSpec, WindowTake } from '../config/spec.ts';
import { hostBytes } from '../decoders/decoder-testing.ts';
import { ExporterError } from '../errors.ts';
import { pageText } from '../exposition/page-testing.ts';
import { FakeSource, inputOf, label } from './metric-testing.ts';
import { createGauge } from './value-metric.ts';
import { WindowReading } from './window-reading.ts';

const id = label('id', 4, 'uint');

function given({ take = 'max', aggregate = 'sum', slices = 2 }: Partial<Given> = {}) {
  const spec: GaugeSpec = {
    kind: 'gauge',
    name: 'longest',
    map: 'longest',
    help: 'Longest.',
    records: undefined,
    value: undefined,
    maxSeries: 0,
    multiplier: 1,
    aggregate,
    window: { everyMs: slices * 5000, take },
    labels: [id],
  };
  const source = new FakeSource(4);
  let nowMs = 1000;
  let fails = false;
  const reading = new WindowReading({
    source,
    *take() {
      if (fails) throw new ExporterError('map_read', 'No');
      yield* source.batches();
      source.entries = [];
    },
    onUndecoded: () => {},
    nowMs: () => nowMs,
  });
  const gauge = createGauge(spec, inputOf(source, [id], { reading }));
  const run = (work: Iterable<void>): void => {
    for (const _ of work);
  };
  return {
    reading,
    put: (...entries: readonly (readonly [number, number])[]) => {
      source.entries = [
        ...source.entries,
        ...entries.map(([key, value]) => [hostBytes(4, key), value] as const),
      ];
    },
    left: () => source.entries.length,
    /** Time goes by; whoever reads at the end of slices may be late. */
    wait: (seconds: number, { late = false } = {}) => {
      nowMs += seconds * 1000;
      if (!late) run(reading.takeSlice());
    },
    scrape: () => {
      run(reading.collect());
      return pageText([gauge])
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => line.replace('ebpf_exporter_longest', ''));
    },
    fail: (now: boolean) => {
      fails = now;
    },
  };
}

type Given = { take: WindowTake; aggregate: Aggregate; slices: number };

test('a gauge with a window shows what was taken out in the last full window, to everyone the same', () => {
  const { put, wait, scrape, left } = given();
  put([1, 5], [2, 7]);
  wait(4);
  assert.deepEqual([scrape(), left()], [[], 2], 'nothing is taken before the slice ends, whoever asks');
  wait(1);
  assert.deepEqual([scrape(), left()], [[], 0], 'the window is not full');
  put([1, 3]);
  wait(5);
  const full = ['{id="1"} 5', '{id="2"} 7'];
  assert.deepEqual([scrape(), scrape()], [full, full]);
  put([1, 4]);
  wait(4);
  assert.deepEqual(scrape(), full);
  wait(1);
  assert.deepEqual(scrape(), ['{id="1"} 4'], 'a label set without entries is absent');
  wait(10);
  assert.deepEqual(scrape(), []);
});

test('keys with equal labels become one in their slice, slices in the window', () => {
  const { put, wait, scrape } = given({ aggregate: 'avg', take: 'sum' });
  put([1, 5], [1, 6]);
  wait(5);
  put([1, 1]);
  wait(5);
  // A repeated key counts once in a reading.
  assert.deepEqual(scrape(), ['{id="1"} 6']);
});

test('a scrape reads the slice that ended when nobody has yet, and a reading that failed is told', () => {
  const { put, wait, scrape, fail } = given({ slices: 1 });
  put([1, 5]);
  wait(5, { late: true });
  assert.deepEqual(scrape(), ['{id="1"} 5']);
  fail(true);
  assert.throws(() => wait(5), /No/);
  assert.throws(() => scrape(), /No/);
  fail(false);
  put([1, 6]);
  wait(5);
  assert.deepEqual(scrape(), ['{id="1"} 6']);
});

test('a reading that comes a slice too late is of the slice that ended last', () => {
  const { put, wait, scrape, reading } = given();
  put([1, 5]);
  wait(14);
  assert.equal(reading.slice, 1);
  assert.equal(reading.restMs, 1000);
  assert.deepEqual(scrape(), ['{id="1"} 5']);
  wait(1);
  assert.deepEqual(scrape(), ['{id="1"} 5']);
  wait(5);
  assert.deepEqual(scrape(), []);
});
