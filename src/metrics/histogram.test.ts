import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistogramSpec } from '../config/spec.ts';
import { hostBytes } from '../decoders/decoder-testing.ts';
import { pageText, type ReadMetric, scrape } from '../exposition/page-testing.ts';
import { createHistogram } from './histogram.ts';
import type { MetricInput } from './metric.ts';
import { type Entry, FakeSource, inputOf, label } from './metric-testing.ts';

const bucket = label('bucket', 4, 'uint');

function spec(given: Partial<HistogramSpec>): HistogramSpec {
  return {
    kind: 'histogram',
    name: 'latency_seconds',
    map: 'latency_seconds',
    help: 'Latency.',
    records: undefined,
    value: undefined,
    maxSeries: 0,
    sum: undefined,
    bucketType: 'exp2',
    bucketMin: 0,
    bucketMax: 2,
    bucketMultiplier: 1,
    bucketKeys: [],
    buckets: [],
    labels: [bucket],
    ...given,
  };
}

function histogramOf(spec: HistogramSpec, input: MetricInput): ReadMetric {
  return { metric: createHistogram(spec, input), reading: input.reading };
}

function buckets(values: Record<number, number>): Entry[] {
  return Object.entries(values).map(([key, value]) => [hostBytes(4, Number(key)), value]);
}

const table: readonly {
  it: string;
  given: Partial<HistogramSpec>;
  values: Record<number, number>;
  lines: string[];
}[] = [
  {
    it: 'exp2 adds buckets up and takes the sum from the key behind the last',
    given: { bucketMultiplier: 0.000001 },
    values: { 0: 1, 2: 4, 3: 1824 },
    lines: [
      '_bucket{le="1e-06"} 1',
      '_bucket{le="2e-06"} 1',
      '_bucket{le="4e-06"} 5',
      '_bucket{le="+Inf"} 5',
      '_sum 0.0018239999999999999',
      '_count 5',
    ],
  },
  {
    it: 'exp2zero has a bucket of zeros',
    given: { bucketType: 'exp2zero' },
    values: { 0: 3, 1: 2 },
    lines: [
      '_bucket{le="0"} 3',
      '_bucket{le="1"} 5',
      '_bucket{le="2"} 5',
      '_bucket{le="+Inf"} 5',
      '_sum 0',
      '_count 5',
    ],
  },
  {
    it: 'linear multiplies its keys',
    given: { bucketType: 'linear', bucketMin: 1, bucketMax: 2, bucketMultiplier: 500_000 },
    values: { 1: 10, 2: 20, 3: 7 },
    lines: [
      '_bucket{le="500000"} 10',
      '_bucket{le="1e+06"} 30',
      '_bucket{le="+Inf"} 30',
      '_sum 3.5e+06',
      '_count 30',
    ],
  },
  {
    it: 'fixed keeps the order it was given',
    given: { bucketType: 'fixed', bucketKeys: [1, 10, 100] },
    values: { 1: 1, 10: 2, 100: 3, 101: 321 },
    lines: [
      '_bucket{le="1"} 1',
      '_bucket{le="10"} 3',
      '_bucket{le="100"} 6',
      '_bucket{le="+Inf"} 6',
      '_sum 321',
      '_count 6',
    ],
  },
  {
    it: 'keys outside of the range count nowhere',
    given: { bucketMin: 1, bucketMax: 1 },
    values: { 0: 5, 1: 1, 2: 9, 3: 7, 4: 7 },
    lines: ['_bucket{le="2"} 1', '_bucket{le="+Inf"} 1', '_sum 9', '_count 1'],
  },
];

for (const { it, given, values, lines } of table) {
  test(it, () => {
    const histogram = histogramOf(spec(given), inputOf(new FakeSource(4, buckets(values)), [bucket]));
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(
        scrape(histogram),
        lines.map((line) => `ebpf_exporter_latency_seconds${line}`),
      );
    }
  });
}

test('other labels come before le, whatever their names', () => {
  const labels = [label('operation', 4, 'uint'), bucket];
  const source = new FakeSource(8, [
    [hostBytes(4, 1, 0), 2],
    [hostBytes(4, 2, 1), 3],
    [hostBytes(4, 1, 1), 64],
  ]);
  const histogram = histogramOf(spec({ bucketMax: 0, labels }), inputOf(source, labels));
  for (const _ of histogram.reading.collect());
  assert.equal(
    pageText([histogram.metric]),
    [
      '# HELP ebpf_exporter_latency_seconds Latency.',
      '# TYPE ebpf_exporter_latency_seconds histogram',
      'ebpf_exporter_latency_seconds_bucket{operation="1",le="1"} 2',
      'ebpf_exporter_latency_seconds_bucket{operation="1",le="+Inf"} 2',
      'ebpf_exporter_latency_seconds_sum{operation="1"} 64',
      'ebpf_exporter_latency_seconds_count{operation="1"} 2',
      'ebpf_exporter_latency_seconds_bucket{operation="2",le="1"} 0',
      'ebpf_exporter_latency_seconds_bucket{operation="2",le="+Inf"} 0',
      'ebpf_exporter_latency_seconds_sum{operation="2"} 3',
      'ebpf_exporter_latency_seconds_count{operation="2"} 0',
      '',
    ].join('\n'),
  );
});

test('OpenMetrics has its bounds as floats', () => {
  const histogram = histogramOf(spec({}), inputOf(new FakeSource(4, buckets({ 0: 1 })), [bucket]));
  for (const _ of histogram.reading.collect());
  const bounds = [...pageText([histogram.metric], 'openmetrics').matchAll(/le="(.*?)"/g)].map(
    (match) => match[1],
  );
  assert.deepEqual(bounds, ['1.0', '2.0', '4.0', '+Inf']);
});

test('a bucket that is not an unsigned integer hides the histogram until it is gone', () => {
  const text = label('bucket', 4, 'string');
  const good: Entry[] = [[Buffer.from('0001'), 6]];
  const source = new FakeSource(4, good);
  const reports: string[] = [];
  const input = inputOf(source, [text], { onError: (error) => reports.push(error.message) });
  const histogram = histogramOf(spec({ bucketMax: 1, labels: [text] }), input);
  const shown = scrape(histogram);
  assert.equal(shown[1], 'ebpf_exporter_latency_seconds_bucket{le="2"} 6', 'leading zeros do not matter');
  for (const bad of ['1.5\0', '-1\0\0', 'a\0\0\0', '\0\0\0\0']) {
    source.entries = [...good, [Buffer.from(bad), 1]];
    assert.deepEqual(scrape(histogram), []);
    assert.equal(histogram.reading.errors, 1);
    source.entries = good;
    assert.deepEqual(scrape(histogram), shown);
    assert.equal(histogram.reading.errors, 0);
  }
  assert.equal(reports.length, 4);
  assert.equal(reports[0], 'Cannot use bucket "1.5": the last label must decode to an unsigned integer');
});
