import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CounterSpec } from '../config/spec.ts';
import { hostBytes } from '../decoders/decoder-testing.ts';
import { pageText } from '../exposition/page-testing.ts';
import { FakeSource, inputOf, label } from './metric-testing.ts';
import { createCounter } from './value-metric.ts';

function spec(name: string, multiplier = 1): CounterSpec {
  const labels = [label('id', 4, 'uint')];
  return {
    kind: 'counter',
    name,
    map: 'm',
    help: 'h',
    records: undefined,
    value: 'v',
    maxSeries: 0,
    multiplier,
    labels,
  };
}

test('metrics of one map are read once, and those with the same labels decode a key once', () => {
  const source = new FakeSource(4, [
    [hostBytes(4, 1), 0x0000_0005_0000_0003n],
    [hostBytes(4, 2), 0x0000_0007_0000_0004n],
  ]);
  let reads = 0;
  let decoded = 0;
  const { batches } = source;
  source.batches = () => {
    reads++;
    return batches.call(source);
  };
  const { labels, ...input } = inputOf(source, spec('a').labels as []);
  const counted = {
    ...labels,
    decode: (...args: Parameters<typeof labels.decode>) => {
      decoded++;
      return labels.decode(...args);
    },
  };
  const metrics = [0, 4].map((offset) =>
    createCounter(spec(`at_${offset}`, offset === 4 ? 0.5 : 1), {
      ...input,
      labels: counted,
      value: { offset, size: 4, signed: false },
    }),
  );
  for (const _ of input.reading.collect());
  const lines = pageText(metrics)
    .split('\n')
    .filter((line) => /^[^#]/.test(line));
  assert.deepEqual(lines, [
    'ebpf_exporter_at_0{id="1"} 3',
    'ebpf_exporter_at_0{id="2"} 4',
    'ebpf_exporter_at_4{id="1"} 2.5',
    'ebpf_exporter_at_4{id="2"} 3.5',
  ]);
  assert.deepEqual([reads, decoded], [1, 2]);
});
