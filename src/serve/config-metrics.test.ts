import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { AttachedConfig, PerfOutputs } from '../attached.ts';
import { mapTypes } from '../bpf/map-types.ts';
import { onlineCpus } from '../bpf/perf-event.ts';
import { defaultPerfPages } from '../bpf/perf-stream.ts';
import { RecordPump } from '../bpf/record-pump.ts';
import { fakePerfRing } from '../bpf/ring-testing.ts';
import type { Config, CounterSpec, LabelSpec } from '../config/spec.ts';
import { hostBytes } from '../decoders/decoder-testing.ts';
import { stubSystem } from '../decoders/system-testing.ts';
import { scrape } from '../exposition/page-testing.ts';
import { label } from '../metrics/metric-testing.ts';
import type { Native } from '../native/library.ts';
import { fakeNative } from '../native/native-testing.ts';
import { createLog } from '../process/log.ts';
import { type ConfigMetrics, createConfigMetrics, type Lasting } from './config-metrics.ts';
import type { BoundMetric, BoundReading } from './readings.ts';
import { counterSpec, histogramSpec, loadedOf, mapOf } from './serve-testing.ts';

const id = label('id', 4, 'uint');

function bound({ readings }: ConfigMetrics): (BoundMetric & BoundReading)[] {
  return readings.flatMap((reading) => reading.metrics.map((metric) => ({ ...reading, ...metric })));
}

/** The metrics of a config, and what was logged. */
function create(
  native: Native,
  config: Partial<Config>,
  maps: AttachedConfig['maps'],
  lasting?: Lasting,
): { metrics: ConfigMetrics; lines: string[] } {
  const lines: string[] = [];
  const log = createLog({
    level: 'info',
    format: 'logfmt',
    timestamps: false,
    write: (line) => lines.push(line),
  });
  const options = {
    native,
    possibleCpus: 2,
    system: stubSystem,
    log,
    pump: new RecordPump(native),
    skipCacheSize: 0,
    lasting,
  };
  const outputs = onlineCpus().map((cpu) => ({
    cpu,
    fd: 100 + cpu,
    countsLost: false,
    pages: defaultPerfPages,
  }));
  const perfOutputs = new Map<string, PerfOutputs>([
    ['events_total', outputs],
    ['refused_total', { reason: 'Cannot receive' }],
  ]);
  return { metrics: createConfigMetrics(loadedOf(config, { maps, perfOutputs }), options), lines };
}

/** A kernel of which each CPU has a perf ring. Records come from the first. */
function perfEvents() {
  const rings = onlineCpus().map(() => fakePerfRing(defaultPerfPages * 4096));
  const calls: string[] = [];
  const native = fakeNative({
    c: {
      close: (fd) => calls.push(`close ${fd}`),
      sysconf: () => 4096,
      mmap: (_at, length, _protection, _flags, fd) =>
        rings[fd - 100]!.native.c.mmap(null, length, 3, 1, fd, 0)! + BigInt(fd),
      munmap: () => 0,
      epoll_create1: () => 9,
      epoll_ctl: () => 0,
    },
    view: (pointer, length) => rings[Number(pointer) - 101]!.native.view(1n, length),
    onReadable: () => ({ pause() {}, resume() {}, close: () => calls.push('unwatch') }),
  });
  const write = (...records: readonly Buffer[]): void => {
    for (const record of records) rings[0]!.write(record);
  };
  return { native, calls, write, lose: (count: number) => rings[0]!.lose(count) };
}

const perfEventArray = {
  from: 'perf_event_array',
  flushIntervalMs: 3_600_000,
  maxKeys: 100_000,
  fields: [id],
} as const;
const events = counterSpec({ name: 'events_total', records: perfEventArray, labels: [id] });
const eventsMap = mapOf({ name: 'events_total', type: mapTypes.perf_event_array });

function createEvents(given: Partial<CounterSpec> = {}) {
  const kernel = perfEvents();
  const fields = (given.labels ?? events.labels) as readonly LabelSpec[];
  const records = { ...perfEventArray, ...given.records, fields };
  const created = create(kernel.native, { metrics: [{ ...events, ...given, records }] }, [eventsMap]);
  const stream = created.metrics.events[0]!;
  const page = (): string[] => {
    for (const _ of stream.flush());
    return scrape(bound(created.metrics)[0]!);
  };
  return { ...kernel, ...created, stream, page };
}

test('a metric whose map does not fit is disabled and logged, the others go on', () => {
  const { metrics, lines } = create(
    fakeNative({}),
    {
      metrics: [
        counterSpec({ labels: [id] }),
        counterSpec({ name: 'missing_total' }),
        { ...events, map: 'reads_total' },
        histogramSpec({ labels: [id] }),
      ],
    },
    [mapOf(), mapOf({ name: 'latency_seconds', valueSize: 12 })],
  );
  assert.deepEqual(
    bound(metrics).map(({ map, metric }) => [map, metric.name]),
    [['reads_total', 'ebpf_exporter_reads_total']],
  );
  assert.deepEqual(
    metrics.disabled.map(({ error }) => error.code),
    ['map_missing', 'map_layout', 'map_layout'],
  );
  assert.equal(lines.length, 3);
  assert.equal(
    lines[0],
    `level=error msg=${JSON.stringify('Config "biolatency": metric "missing_total" is disabled: /etc/ebpf/biolatency.bpf.o has no map "missing_total"; its maps: "reads_total", "latency_seconds"')} code=map_missing\n`,
  );
});

test('records of a perf event array are counted by their leading bytes', () => {
  const { write, page } = createEvents();
  write(hostBytes(4, 7), Buffer.concat([hostBytes(4, 7), Buffer.from('pad.')]), hostBytes(4, 8));
  const lines = ['ebpf_exporter_events_total{id="7"} 2', 'ebpf_exporter_events_total{id="8"} 1'];
  assert.deepEqual(page(), lines);
  assert.deepEqual(page(), lines);
});

test('a record that is too short is an error, and logged with its bytes', () => {
  const { write, metrics, lines, page } = createEvents({ labels: [label('id', 8, 'uint')] });
  write(Buffer.from('ab'));
  assert.deepEqual(page(), []);
  assert.equal(metrics.errors.undecoded, 1);
  assert.deepEqual(lines, [
    `level=warn msg=${JSON.stringify('Config "biolatency", metric "events_total", key 0x61620000: a record of 4 bytes is shorter than its labels')} code=decode\n`,
  ]);
});

test('lost records are counted', () => {
  const { stream, lose, page } = createEvents();
  lose(3);
  lose(4);
  assert.deepEqual(page(), []);
  assert.deepEqual([stream.map, stream.lost()], ['events_total', 7]);
});

test('counts are cleared at every flush interval', async () => {
  const { write, page, metrics } = createEvents({ records: { ...perfEventArray, flushIntervalMs: 20 } });
  write(hostBytes(4, 7));
  assert.equal(page().length, 1);
  await setTimeout(60);
  assert.deepEqual(page(), []);
  metrics.close();
});

test('a flush interval longer than a timer can wait does not clear at once', async () => {
  const { write, page, metrics } = createEvents({
    records: { ...perfEventArray, flushIntervalMs: 2 ** 40 },
  });
  write(hostBytes(4, 7));
  assert.equal(page().length, 1);
  await setTimeout(20);
  assert.equal(page().length, 1);
  metrics.close();
});

test('another binding of the same maps goes on with records and errors, by whatever labels', () => {
  const { native, write, page, metrics, calls } = createEvents();
  write(hostBytes(4, 7), hostBytes(4, 7));
  assert.deepEqual(page(), ['ebpf_exporter_events_total{id="7"} 2']);
  write(hostBytes(4, 7));
  metrics.errors.countUndecoded(5);
  const labels = [label('number', 4, 'uint')];
  const renamed = { ...events, labels, records: { ...perfEventArray, fields: labels } };
  const { metrics: next } = create(native, { metrics: [renamed] }, [eventsMap], metrics.handOn());
  metrics.close();
  write(hostBytes(4, 7));
  for (const stream of next.events) for (const _ of stream.flush());
  assert.deepEqual(scrape(bound(next)[0]!), ['ebpf_exporter_events_total{number="7"} 4']);
  assert.deepEqual([next.events[0]!.records, next.errors.undecoded, metrics.closed], [4, 5, true]);
  assert.deepEqual(calls, []);
  const { metrics: last } = create(native, {}, [eventsMap], next.handOn());
  assert.deepEqual(last.events, [], 'nobody wants them any more');
  assert.deepEqual(calls, ['unwatch', 'close 9']);
});

test('closing twice gives everything back once', () => {
  const { metrics, calls, page } = createEvents();
  metrics.close();
  metrics.close();
  assert.deepEqual(calls, ['unwatch', 'close 9'], 'the perf events are not ours');
  assert.deepEqual(page(), [], 'nothing is taken afterwards');
});

test('a perf event array that could not be opened disables its metric with the reason', () => {
  const metric = { ...events, map: 'refused_total' };
  const { metrics } = create(fakeNative({}), { metrics: [metric] }, [
    { ...eventsMap, name: 'refused_total' },
  ]);
  assert.equal(metrics.disabled[0]?.error.message, 'Cannot receive');
});

test('only so many undecodable keys are logged', () => {
  const odd = label('odd', 3, 'uint');
  const { write, lines, page, metrics } = createEvents({ labels: [odd] });
  for (let i = 0; i < 100; i++) write(Buffer.of(i, 0, 0));
  assert.deepEqual(page(), []);
  assert.equal(metrics.readings[0]!.reading.errors, 100);
  assert.equal(lines.length, 10);
  assert.equal(
    lines[0],
    `level=warn msg=${JSON.stringify('Config "biolatency", metric "events_total", key 0x000000: Cannot decode label "odd": uint needs 1, 2, 4 or 8 bytes, got 3')} code=decode\n`,
  );
});
