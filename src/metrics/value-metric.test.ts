import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CounterSpec, LabelSpec } from '../config/spec.ts';
import { hostBytes } from '../decoders/decoder-testing.ts';
import { pageText, type ReadMetric, scrape } from '../exposition/page-testing.ts';
import type { MetricInput } from './metric.ts';
import { eventCounts, FakeSource, inputOf, label } from './metric-testing.ts';
import { createCounter } from './value-metric.ts';

function spec(labels: readonly LabelSpec[]): CounterSpec {
  return {
    kind: 'counter',
    name: 'reads_total',
    map: 'reads_total',
    help: 'Reads.',
    records: undefined,
    value: undefined,
    maxSeries: 0,
    multiplier: 1,
    labels,
  };
}

function counterOf(spec: CounterSpec, input: MetricInput): ReadMetric {
  return { metric: createCounter(spec, input), reading: input.reading };
}

test('a counter is a page of its label sets', () => {
  const labels = [label('device', 8, 'string'), label('cpu', 4, 'uint')];
  const key = (device: string, cpu: number): Buffer =>
    Buffer.concat([Buffer.from(device.padEnd(8, '\0'), 'latin1'), hostBytes(4, cpu)]);
  const source = new FakeSource(12, [
    [key('sda', 0), 48],
    [key('a"\\\n', 12), 2n ** 64n - 1n],
    [key('\xff', 1), 0],
  ]);
  const counter = counterOf(spec(labels), inputOf(source, labels));
  for (const _ of counter.reading.collect());
  assert.equal(
    pageText([counter.metric]),
    [
      '# HELP ebpf_exporter_reads_total Reads.',
      '# TYPE ebpf_exporter_reads_total counter',
      'ebpf_exporter_reads_total{cpu="0",device="sda"} 48',
      'ebpf_exporter_reads_total{cpu="12",device="a\\"\\\\\\n"} 1.8446744073709552e+19',
      'ebpf_exporter_reads_total{cpu="1",device="\ufffd"} 0',
      '',
    ].join('\n'),
  );
});

test('a counter without labels is one line', () => {
  const source = new FakeSource(4, [[hostBytes(4, 0), 1_000_000]]);
  assert.deepEqual(scrape(counterOf(spec([]), inputOf(source, []))), ['ebpf_exporter_reads_total 1e+06']);
});

test('a counter whose map is empty is not on the page', () => {
  const counter = counterOf(spec([]), inputOf(new FakeSource(4), []));
  assert.deepEqual(scrape(counter), []);
  assert.equal(pageText([counter.metric]), '');
});

test('a counter before its first read is not on the page', () => {
  assert.equal(pageText([counterOf(spec([]), inputOf(new FakeSource(4), [])).metric]), '');
});

test('records whose keys are beyond the limit are one series, which does not fall', () => {
  const labels = [label('id', 4, 'uint')];
  const events = eventCounts(4, { maxKeys: 1 });
  const counter = counterOf(spec(labels), inputOf(events, labels));
  const total = (value: number): string => `ebpf_exporter_reads_total{id="other"} ${value}`;
  for (const id of [1, 2, 3]) events.add(hostBytes(4, id), 0, 4);
  assert.deepEqual(scrape(counter), ['ebpf_exporter_reads_total{id="1"} 1', total(2)]);
  events.add(hostBytes(4, 3), 0, 4);
  assert.deepEqual(scrape(counter), ['ebpf_exporter_reads_total{id="1"} 1', total(3)]);
  events.clear();
  assert.deepEqual(scrape(counter), [total(3)]);
});

test('a counter of events starts anew when they are cleared', () => {
  const labels = [label('id', 4, 'uint')];
  const events = eventCounts(4);
  const counter = counterOf(spec(labels), inputOf(events, labels));
  const add = (id: number): boolean =>
    events.add(Buffer.concat([hostBytes(4, id), Buffer.from('pad')]), 0, 7);
  for (const id of [1, 2, 1]) assert.equal(add(id), true);
  assert.deepEqual(scrape(counter), [
    'ebpf_exporter_reads_total{id="1"} 2',
    'ebpf_exporter_reads_total{id="2"} 1',
  ]);
  events.clear();
  assert.deepEqual(scrape(counter), []);
  add(2);
  assert.deepEqual(scrape(counter), ['ebpf_exporter_reads_total{id="2"} 1']);
});
