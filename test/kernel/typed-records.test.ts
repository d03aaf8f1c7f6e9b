import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { callGetpriority } from './support/events.ts';
import { runExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

// A record has 24 bytes: delta_us (8), op (4), number (4), bytes and error (2 and 2, then 4 of padding).
const yaml = `
variables: { caller: ${process.pid} }
metrics:
  counters:
    - { name: records_by_op_total, help: By type, ringbuf: ring, labels: [{ name: op }] }
    - { name: bytes_total, help: A bit field, ringbuf: ring, value: bytes, labels: [{ name: op }] }
    - { name: perf_bytes_total, help: A bit field, map: perf, perf_event_array: true, value: bytes }
    - name: sized_seconds_total
      help: A label that is the value
      ringbuf: ring
      value: delta_us
      multiplier: 0.000001
      labels:
        - { name: delta_us, size: 8, decoders: [uint] }
        - { name: op, size: 4, decoders: [uint] }
    - { name: few_total, help: Few keys, ringbuf: ring, max_keys: 2, labels: [{ name: number }] }
  histograms:
    - name: delta_seconds
      help: By bounds
      ringbuf: ring
      value: delta_us
      multiplier: 0.000001
      buckets: [0.0001, 0.00035, 0.001]
      labels: [{ name: op }]
    - name: perf_delta
      help: By powers
      map: perf
      perf_event_array: true
      value: delta_us
      bucket_type: exp2
      bucket_min: 8
      bucket_max: 9
    - name: few_numbers
      help: Few keys with their bucket in a label
      ringbuf: ring
      max_keys: 3
      bucket_type: linear
      bucket_max: 8
      labels: [{ name: op }, { name: number }]
`;

describe('records of a type that the map names', needs(), () => {
  it('are counted, added up and put into buckets by their fields', async () => {
    const dir = await makeConfigs({ 'typed-records': { yaml } });
    const args = ['--config.strict'];
    await using exporter = await startExporter({ dir, names: 'typed-records', args });
    callGetpriority(1);
    const page = await exporter.scrape();
    const lines = (name: string): string[] =>
      ['', '_bucket', '_sum', '_count'].flatMap((suffix) =>
        page.samples(`ebpf_exporter_${name}${suffix}`).map(({ line }) => line.slice(14 + name.length)),
      );
    assert.deepEqual(lines('records_by_op_total'), ['{op="OP_READ"} 5', '{op="OP_WRITE"} 5']);
    assert.deepEqual(lines('bytes_total'), ['{op="OP_READ"} 20', '{op="OP_WRITE"} 25']);
    assert.deepEqual(lines('perf_bytes_total'), [' 45']);
    assert.deepEqual(lines('sized_seconds_total'), ['{op="0"} 0.002', '{op="1"} 0.0025']);
    assert.deepEqual(lines('few_total'), ['{number="0"} 1', '{number="1"} 1', '{number="other"} 8']);
    assert.deepEqual(
      lines('delta_seconds').filter((line) => line.includes('OP_READ')),
      [
        '_bucket{op="OP_READ",le="0.0001"} 1',
        '_bucket{op="OP_READ",le="0.00035"} 2',
        '_bucket{op="OP_READ",le="0.001"} 5',
        '_bucket{op="OP_READ",le="+Inf"} 5',
        '_sum{op="OP_READ"} 0.002',
        '_count{op="OP_READ"} 5',
      ],
    );
    assert.deepEqual(lines('perf_delta'), [
      '_bucket{le="256"} 3',
      '_bucket{le="512"} 6',
      '_bucket{le="+Inf"} 10',
      '_sum 4500',
      '_count 10',
    ]);
    assert.deepEqual(
      lines('few_numbers').filter((line) => /_bucket.*other|_count/.test(line)),
      [
        ...[0, 0, 0, 1, 2, 3, 4, 5, 6].map((count, le) => `_bucket{op="other",le="${le}"} ${count}`),
        '_bucket{op="other",le="+Inf"} 6', // the ninth number is no bucket's
        '_count{op="OP_READ"} 2',
        '_count{op="OP_WRITE"} 1',
        '_count{op="other"} 6',
      ],
    );
    const folded = (metric: string): number => page.sum('ebpf_exporter_records_folded_total', { metric });
    assert.deepEqual([folded('few_total'), folded('few_numbers'), folded('bytes_total')], [8, 7, 0]);
  });

  it('need a map that names it, or sizes', async () => {
    const metric = '{ name: odd_total, help: Odd, ringbuf: ring, value: number }';
    const { code, stderr } = await runExporter({
      dir: await makeConfigs({ flood: { yaml: `metrics: { counters: [${metric}] }` } }),
      names: 'flood',
      args: ['--config.check'],
    });
    assert.match(stderr, /Cannot read records of map "ring": the object does not say what its records are/);
    assert.equal(code, 1);
  });
});
