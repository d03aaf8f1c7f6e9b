import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { mapTypes } from '../bpf/map-types.ts';
import type { Config, CounterSpec } from '../config/spec.ts';
import { hostBytes } from '../decoders/decoder-testing.ts';
import { stubSystem } from '../decoders/system-testing.ts';
import { scrape } from '../exposition/page-testing.ts';
import type { LoadedConfig } from '../load/loaded-config.ts';
import { label } from '../metrics/metric-testing.ts';
import type { Native } from '../native/library.ts';
import { fakeNative } from '../native/native-testing.ts';
import { createLog } from '../process/log.ts';
import { type ConfigMetrics, createConfigMetrics } from './config-metrics.ts';
import { counterSpec, histogramSpec, loadedOf, mapOf } from './serve-testing.ts';

const id = label('id', 4, 'uint');

/** The metrics of a config, and what was logged. */
function create(
  native: Native,
  config: Partial<Config>,
  maps: LoadedConfig['maps'],
): { metrics: ConfigMetrics; lines: string[] } {
  const lines: string[] = [];
  const log = createLog({ timestamps: false, debug: false, write: (line) => lines.push(line) });
  const options = { native, possibleCpus: 2, system: stubSystem, log, skipCacheSize: 0 };
  return { metrics: createConfigMetrics(loadedOf(config, { maps }), options), lines };
}

/** libbpf with one perf buffer, which hands over `records` when it is consumed. */
function perfEvents() {
  const records: Buffer[] = [];
  const callbacks: ((...args: unknown[]) => unknown)[] = [];
  const calls: string[] = [];
  const native = fakeNative({
    bpf: {
      perf_buffer__new: () => 1n,
      perf_buffer__epoll_fd: () => 9,
      perf_buffer__consume: () => {
        for (const [at, record] of records.entries()) callbacks[0]!(null, 0, BigInt(at), record.length);
        records.length = 0;
        return 0;
      },
      perf_buffer__free: () => {
        calls.push('free');
      },
    },
    callback: (_prototype, fn) => {
      callbacks.push(fn as (...args: unknown[]) => unknown);
      return { pointer: BigInt(callbacks.length), release: () => calls.push('release') };
    },
    onReadable: () => ({ close: () => calls.push('unwatch') }),
    read: (at) => records[Number(at)]!,
  });
  return { native, records, calls, lose: (count: number | bigint) => callbacks[1]!(null, 0, count) };
}

const perfEventArray = { from: 'perf_event_array', flushIntervalMs: 3_600_000 } as const;
const events = counterSpec({ name: 'events_total', records: perfEventArray, labels: [id] });
const eventsMap = mapOf({ name: 'events_total', type: mapTypes.perf_event_array });

function createEvents(given: Partial<CounterSpec> = {}) {
  const kernel = perfEvents();
  const created = create(kernel.native, { metrics: [{ ...events, ...given }] }, [eventsMap]);
  const stream = created.metrics.events[0]!;
  const page = (): string[] => {
    stream.consume();
    return scrape(created.metrics.metrics[0]!.metric);
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
    [mapOf(), mapOf({ name: 'latency_seconds', valueSize: 4 })],
  );
  assert.deepEqual(
    metrics.metrics.map(({ map, metric }) => [map, metric.name]),
    [['reads_total', 'ebpf_exporter_reads_total']],
  );
  assert.deepEqual(
    metrics.disabled.map(({ code }) => code),
    ['map_missing', 'map_layout', 'map_layout'],
  );
  assert.equal(lines.length, 3);
  assert.equal(
    lines[0],
    'ERROR Config "biolatency": metric "missing_total" is disabled: /etc/ebpf/biolatency.bpf.o has no map "missing_total"; its maps: "reads_total", "latency_seconds"\n',
  );
});

test('records of a perf event array are counted by their leading bytes', () => {
  const { records, page } = createEvents();
  records.push(hostBytes(4, 7), Buffer.concat([hostBytes(4, 7), Buffer.from('pad.')]), hostBytes(4, 8));
  const lines = ['ebpf_exporter_events_total{id="7"} 2', 'ebpf_exporter_events_total{id="8"} 1'];
  assert.deepEqual(page(), lines);
  assert.deepEqual(page(), lines);
});

test('a record that is too short is an error, and logged with its bytes', () => {
  const { records, metrics, lines, page } = createEvents();
  records.push(Buffer.from('ab'));
  assert.deepEqual(page(), []);
  assert.equal(metrics.decoderErrors, 1);
  assert.deepEqual(lines, [
    'WARN  Config "biolatency", metric "events_total", key 0x6162: a record of 2 bytes is shorter than its labels\n',
  ]);
});

test('lost records are counted', () => {
  const { stream, lose } = createEvents();
  lose(3);
  lose(4n);
  assert.deepEqual([stream.map, stream.lost], ['events_total', 7]);
});

test('counts are cleared at every flush interval', async () => {
  const { records, page, metrics } = createEvents({ records: { ...perfEventArray, flushIntervalMs: 20 } });
  records.push(hostBytes(4, 7));
  assert.equal(page().length, 1);
  await setTimeout(60);
  assert.deepEqual(page(), []);
  metrics.close();
});

test('a flush interval longer than a timer can wait does not clear at once', async () => {
  const { records, page, metrics } = createEvents({
    records: { ...perfEventArray, flushIntervalMs: 2 ** 40 },
  });
  records.push(hostBytes(4, 7));
  assert.equal(page().length, 1);
  await setTimeout(20);
  assert.equal(page().length, 1);
  metrics.close();
});

test('closing twice gives everything back once', () => {
  const { metrics, calls, page } = createEvents();
  metrics.close();
  metrics.close();
  assert.deepEqual(calls, ['unwatch', 'free', 'release', 'release']);
  assert.deepEqual(page(), [], 'nothing is consumed afterwards');
});

test('a perf event array that the kernel refuses disables its metric with the reason', () => {
  const { native, calls } = perfEvents();
  const refusing = fakeNative({ ...native, bpf: { perf_buffer__new: () => null }, c: {}, errno: () => 1 });
  const { metrics } = create(refusing, { metrics: [events] }, [eventsMap]);
  assert.equal(
    metrics.disabled[0]?.message,
    'Cannot read perf event array "events_total": EPERM (operation not permitted); it needs CAP_PERFMON',
  );
  assert.deepEqual(calls, ['release', 'release']);
});

test('only so many undecodable keys are logged', () => {
  const odd = label('odd', 3, 'uint');
  const { records, lines, page, metrics } = createEvents({ labels: [odd] });
  for (let i = 0; i < 100; i++) records.push(Buffer.of(i, 0, 0));
  assert.deepEqual(page(), []);
  assert.equal(metrics.metrics[0]!.metric.errors, 100);
  assert.equal(lines.length, 10);
  assert.equal(
    lines[0],
    'WARN  Config "biolatency", metric "events_total", key 0x000000: Cannot decode label "odd": uint needs 1, 2, 4 or 8 bytes, got 3\n',
  );
});
