import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordStream } from '../bpf/record-stream.ts';
import { pageText } from '../exposition/page-testing.ts';
import type { ConfigMetrics } from './config-metrics.ts';
import { ErrorCounts } from './error-counts.ts';
import { loadedOf, unending } from './serve-testing.ts';
import { streamFamilies } from './stream-families.ts';

const stream: RecordStream = {
  map: 'events',
  records: 70,
  lost: () => 9,
  uncoveredCpus: 1,
  flush: () => [],
  wake() {},
  close() {},
};

function configOf(name: string, given: Partial<ConfigMetrics>): ConfigMetrics {
  const nothing = {
    readings: [],
    disabled: [],
    events: [],
    counts: new Map(),
    spans: [],
    errors: new ErrorCounts(),
    ...unending,
  };
  return { loaded: loadedOf({ name }), ...nothing, ...given };
}

function samples(...given: Parameters<typeof streamFamilies>): string[] {
  return pageText(streamFamilies(...given))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

test('records are told by config and map', () => {
  assert.deepEqual(samples([configOf('one', {}), configOf('two', { events: [stream] })], undefined), [
    'ebpf_exporter_lost_records_total{config="two",map="events"} 9',
    'ebpf_exporter_records_total{config="two",map="events"} 70',
    'ebpf_exporter_uncovered_cpus{config="two",map="events"} 1',
  ]);
});

test('spans are told by config, and by why they were dropped', () => {
  const sink = { spans: 5, take() {}, room: () => 0 };
  const counts = {
    dropped: { queue_full: 1, export_failed: 2, rejected: 3, shutdown: 4 },
    exportFailures: 6,
    queueLength: 7,
  };
  assert.deepEqual(samples([configOf('one', {}), configOf('two', { spans: [sink, sink] })], { counts }), [
    'ebpf_exporter_span_export_failures_total 6',
    'ebpf_exporter_span_queue_length 7',
    'ebpf_exporter_spans_dropped_total{reason="queue_full"} 1',
    'ebpf_exporter_spans_dropped_total{reason="export_failed"} 2',
    'ebpf_exporter_spans_dropped_total{reason="rejected"} 3',
    'ebpf_exporter_spans_dropped_total{reason="shutdown"} 4',
    'ebpf_exporter_spans_total{config="two"} 10',
  ]);
});
