import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Aggregate, GaugeSpec } from '../config/spec.ts';
import { compileLabels } from '../decoders/compile.ts';
import { hostBytes } from '../decoders/decoder-testing.ts';
import { stubSystem } from '../decoders/system-testing.ts';
import { scrape } from '../exposition/page-testing.ts';
import type { MetricInput } from './metric.ts';
import { type Entry, FakeSource, inputOf, label } from './metric-testing.ts';
import { createGauge } from './value-metric.ts';

const labels = [label('parity', 4, 'uint')];

function gaugeOf(
  aggregate: Aggregate,
  entries: readonly Entry[],
  cpus: number,
  given: Partial<MetricInput> = {},
  specs = labels,
) {
  const spec: GaugeSpec = {
    kind: 'gauge',
    window: undefined,
    name: 'depth',
    map: 'depth',
    help: 'Depth.',
    records: undefined,
    value: undefined,
    maxSeries: 0,
    multiplier: 1,
    aggregate,
    labels: specs,
  };
  const value = { offset: 0, size: 8, signed: true };
  // Two keys that differ behind what the label takes.
  const input = inputOf(new FakeSource(8, entries, cpus), labels, { keyBytes: 8, value, ...given });
  return { metric: createGauge(spec, input), reading: input.reading };
}

const two: readonly Entry[] = [
  [hostBytes(4, 1, 1), 5],
  [hostBytes(4, 1, 2), 2n ** 64n - 3n],
];
const fourCpus: readonly Entry[] = [
  [hostBytes(4, 1, 1), 0, 6, 2n ** 64n - 2n, 100],
  [hostBytes(4, 1, 2), 8, 0, 0, 0],
];

const table: readonly [Aggregate, ofKeys: string, ofCpus: string][] = [
  ['sum', '2', '12'],
  ['max', '5', '8'],
  ['min', '-3', '-2'],
  ['avg', '1', '4'],
];
for (const [aggregate, ofKeys, ofCpus] of table) {
  test(`${aggregate} of keys with equal labels`, () => {
    const gauge = gaugeOf(aggregate, two, 1);
    for (let reading = 0; reading < 3; reading++) {
      assert.deepEqual(scrape(gauge), [`ebpf_exporter_depth{parity="1"} ${ofKeys}`]);
    }
  });

  test(`${aggregate} of the online CPUs that have written, then of keys`, () => {
    const gauge = gaugeOf(aggregate, fourCpus, 4, { onlineCpus: () => [0, 1, 2] });
    assert.deepEqual(scrape(gauge), [`ebpf_exporter_depth{parity="1"} ${ofCpus}`]);
  });

  test(`${aggregate} is 0 of an entry that no CPU has written`, () => {
    const gauge = gaugeOf(aggregate, [[hostBytes(4, 1, 1), 0, 0]], 2, { onlineCpus: () => [0, 1] });
    assert.deepEqual(scrape(gauge), ['ebpf_exporter_depth{parity="1"} 0']);
  });
}

test('a label of the value moves its entry to another series', () => {
  const specs = [label('parity', 4, 'uint'), label('state', 4, 'uint')];
  const source = new FakeSource(8, [[hostBytes(4, 1, 1), 2n ** 32n * 5n + 7n]]);
  const input = inputOf(source, specs, {
    keyBytes: 8,
    value: { offset: 0, size: 4, signed: false },
    valueParts: [{ offset: 4, size: 4 }],
    labels: compileLabels(
      {
        labels: specs.map((spec, i) => ({ ...spec, offset: i * 8 })),
        size: 12,
      },
      stubSystem,
    ),
  });
  const { metric } = gaugeOf('sum', [], 1, input, specs);
  const read = { metric, reading: input.reading };
  assert.deepEqual(scrape(read), ['ebpf_exporter_depth{parity="1",state="5"} 7']);
  source.entries = [[hostBytes(4, 1, 1), 2n ** 32n * 6n + 8n]];
  assert.deepEqual(scrape(read), ['ebpf_exporter_depth{parity="1",state="6"} 8']);
});

test('a gauge falls below zero and is gone with its entry', () => {
  const source = new FakeSource(8, [[hostBytes(4, 1, 1), 2n ** 64n - 1n]]);
  const gauge = gaugeOf('sum', [], 1, { reading: inputOf(source, labels).reading });
  assert.deepEqual(scrape(gauge), ['ebpf_exporter_depth{parity="1"} -1']);
  source.entries = [];
  assert.deepEqual(scrape(gauge), []);
});
