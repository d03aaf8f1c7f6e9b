import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { deleteKeys, fillMaps, u32 } from './support/bpftool.ts';
import { makeConfigs } from './support/configs.ts';
import { runExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

/** struct key_t of the fixture. */
function key(dev: number, op: number, comm: string, delta: number): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt32LE(dev, 0);
  bytes.writeUInt32LE(op, 4);
  bytes.set([10, 0, 0, 1], 8);
  bytes.write(comm, 12);
  bytes.writeInt16LE(delta, 20);
  bytes[22] = 1;
  bytes.set([0xab, 0, 0xcd], 23);
  return bytes;
}

type Value = { bytes?: bigint; requests?: number; inFlight?: number; depth?: number; wide?: number };

/** struct value_t of the fixture. */
function value({ bytes = 0n, requests = 0, inFlight = 0, depth = 0, wide = 0 }: Value): Buffer {
  const written = Buffer.alloc(48);
  written.writeBigUInt64LE(bytes, 0);
  written.writeUInt32LE(requests, 8);
  written.writeInt32LE(inFlight, 12);
  written.writeUInt16LE(depth + wide * 32, 16);
  written.writeInt16LE(-3, 18);
  written[20] = 1;
  written[21] = 200;
  written.writeBigUInt64LE(1500n, 24);
  written.writeUInt32LE(77, 36);
  return written;
}

const labels = 'comm="dd",delta="-2",dev="8",enabled="true",op="OP_WRITE",peer="10.0.0.1",tag="ab00cd"';
const expected: readonly (readonly [metric: string, line: string])[] = [
  ['bytes_total', `{${labels}} 1.8446744073709552e+19`],
  ['requests_total', `{${labels}} 4.294967295e+09`],
  ['depth_total', `{${labels}} 31`],
  ['wide_total', `{${labels}} 2046`],
  ['busy_total', `{${labels}} 1`],
  ['sent_seconds_total', `{${labels}} 1.5`],
  ['second_total', `{${labels}} 77`],
  ['in_flight', `{${labels}} -5`],
  ['drift', `{${labels}} -3`],
  ['by_op_total', '{operation="w"} 1.8446744073709552e+19'],
  ['by_op_total', '{operation="unknown:7"} 3'],
  ['longest', '{op="OP_FLUSH"} 9'],
  ['shortest', '{op="OP_FLUSH"} -1'],
  ['average', '{op="OP_FLUSH"} 4'],
  ['per_cpu_max', '{id="1"} -4'],
  ['per_cpu_avg', '{id="1"} -4'],
  ['per_cpu_max', '{id="2"} 0'],
  ['cpu_total', '{cpu="0",id="1"} 6'],
  ['by_value', '{dev="1",drift="-3",flight="9",small="200"} 0'],
  ['by_value', '{dev="8",drift="-3",flight="-5",small="200"} 4.294967295e+09'],
  ['signed_whole', '{id="1"} -7'],
];

describe("fields by the object's BTF", needs('slowGuest'), () => {
  it('are labels and values as C has them, and metrics of one map come from one reading', async () => {
    await using exporter = await startExporter({ dir: await makeConfigs({ fields: {} }), names: 'fields' });
    const most = { bytes: 2n ** 64n - 1n, requests: 2 ** 32 - 1, depth: 31, wide: 2046 };
    await fillMaps(exporter.pid, {
      io: [
        [key(8, 1, 'dd', -2), value({ ...most, inFlight: -5 })],
        [key(1, 7, 'a', 0), value({ bytes: 1n, inFlight: 9 })],
        [key(2, 7, 'b', 0), value({ bytes: 2n, inFlight: -1 })],
      ],
      io_by_cpu: [
        [u32(1), value({ requests: 6, inFlight: -4 })],
        [u32(2), Buffer.alloc(48)],
      ],
      signed_whole: [[u32(1), Buffer.from(Int32Array.of(-7).buffer)]],
    });
    const page = await exporter.scrape();
    for (const [metric, line] of expected) {
      const name = `ebpf_exporter_${metric}`;
      const lines = page.samples(name).map((sample) => sample.line.replace(name, ''));
      assert.ok(lines.includes(line), `${metric}: ${line} is not in\n${lines.join('\n')}`);
    }
  });

  it('are buckets of histograms, in an array or by a label, of all CPUs or of each', async () => {
    await using exporter = await startExporter({ dir: await makeConfigs({ fields: {} }), names: 'fields' });
    const array = Buffer.alloc(24);
    for (const [slot, count] of [1, 2, 3, 40].entries()) array.writeUInt32LE(count, slot * 4);
    array.writeBigUInt64LE(500n, 16);
    const bucket = (id: number, key: number): Buffer => Buffer.concat([u32(id), u32(key)]);
    await fillMaps(exporter.pid, {
      slots: [[u32(0), array]],
      buckets: [
        [bucket(7, 0), 4n],
        [bucket(7, 1), 5n],
        [bucket(7, 2), 9n],
      ],
    });
    const page = await exporter.scrape();
    const cpus = page.samples('ebpf_exporter_slots_of_cpu_count').length;
    const lines = (name: string): string[] =>
      ['_bucket', '_sum', '_count'].flatMap((suffix) =>
        page.samples(name + suffix).map(({ line }) => line.replace(name, '')),
      );
    assert.deepEqual(lines('ebpf_exporter_slots_seconds'), [
      `_bucket{le="0.001"} ${cpus}`,
      `_bucket{le="0.002"} ${3 * cpus}`,
      `_bucket{le="0.004"} ${6 * cpus}`,
      `_bucket{le="+Inf"} ${6 * cpus}`,
      `_sum ${0.5 * cpus}`,
      `_count ${6 * cpus}`,
    ]);
    assert.deepEqual(
      lines('ebpf_exporter_slots_of_cpu').filter((line) => line.includes('cpu="0"')),
      [
        '_bucket{cpu="0",le="0"} 1',
        '_bucket{cpu="0",le="1"} 3',
        '_bucket{cpu="0",le="2"} 6',
        '_bucket{cpu="0",le="+Inf"} 6',
        '_sum{cpu="0"} 40',
        '_count{cpu="0"} 6',
      ],
    );
    assert.deepEqual(
      lines('ebpf_exporter_buckets_of_cpu').filter((line) => line.includes('cpu="0"')),
      [
        '_bucket{cpu="0",id="7",le="0"} 4',
        '_bucket{cpu="0",id="7",le="1"} 9',
        '_bucket{cpu="0",id="7",le="+Inf"} 9',
        '_sum{cpu="0",id="7"} 9',
        '_count{cpu="0",id="7"} 9',
      ],
    );
    const full = (map: string, name: string): number => page.sum(`ebpf_exporter_map_${name}`, { map });
    assert.deepEqual([full('buckets', 'entries'), full('buckets', 'max_entries')], [3, 100]);
    assert.deepEqual([full('slots', 'entries'), full('slots', 'max_entries')], [1, 1]);
    assert.match(page.text, /map_entries\{config="fields",map="buckets",type="lru_percpu_hash"\} 3/);
  });

  it('are global variables, and few of many where there is a limit', async () => {
    await using exporter = await startExporter({ dir: await makeConfigs({ fields: {} }), names: 'fields' });
    const globals = Buffer.alloc(12);
    globals.writeUInt32LE(12, 8);
    const io = (dev: number, bytes: bigint): [Buffer, Buffer] => [key(dev, 0, 'a', 0), value({ bytes })];
    await fillMaps(exporter.pid, { 'fields.bss': [[u32(0), globals]], io: [io(1, 10n)] });
    const shown = async (): Promise<string[]> =>
      (await exporter.scrape()).samples('ebpf_exporter_limited_total').map(({ line }) => line.slice(27));
    assert.deepEqual(await shown(), ['{dev="1"} 10']);
    assert.equal((await exporter.scrape()).sum('ebpf_exporter_dropped_total'), 12);
    await fillMaps(exporter.pid, { io: [io(2, 20n), io(3, 30n)] });
    assert.deepEqual(await shown(), ['{dev="1"} 10', '{dev="other"} 50']);
    await deleteKeys(exporter.pid, 'io', [io(2, 0n)[0], io(1, 0n)[0]]);
    assert.deepEqual(await shown(), ['{dev="other"} 50']);
    await fillMaps(exporter.pid, { io: [io(2, 1n), io(1, 11n)] });
    assert.deepEqual((await shown()).sort(), ['{dev="1"} 11', '{dev="other"} 51']);
    assert.equal(
      (await exporter.scrape()).sum('ebpf_exporter_series_limited', { metric: 'limited_total' }),
      2,
    );
  });

  it('expire by label set, all entries of one together', async () => {
    const yaml = `
      maps: { io: { expire_after: 1s } }
      metrics:
        counters:
          - { name: bytes_total, help: By device, map: io, value: bytes, labels: [{ name: dev }] }
          - { name: requests_total, help: By operation, map: io, value: bytes, labels: [{ name: op }] }
    `;
    const dir = await makeConfigs({ fields: { yaml } });
    await using exporter = await startExporter({ dir, names: 'fields' });
    const io = (dev: number, op: number, bytes: bigint): [Buffer, Buffer] => [
      key(dev, op, 'a', 0),
      value({ bytes }),
    ];
    // The second and the third have their operation in common, the first has nothing.
    await fillMaps(exporter.pid, { io: [io(1, 0, 1n), io(2, 1, 1n), io(3, 1, 1n)] });
    const devices = async (): Promise<(string | undefined)[]> =>
      (await exporter.scrape())
        .samples('ebpf_exporter_bytes_total')
        .map(({ labels }) => labels.dev)
        .sort();
    assert.deepEqual(await devices(), ['1', '2', '3']);
    for (let bytes = 2n; bytes < 6n; bytes++) {
      await setTimeout(400);
      await fillMaps(exporter.pid, { io: [io(2, 1, bytes)] });
      await devices();
    }
    assert.deepEqual(await devices(), ['2', '3']);
    const page = await exporter.scrape();
    assert.equal(page.sum('ebpf_exporter_entries_expired_total', { map: 'io' }), 1);
    assert.equal(page.sum('ebpf_exporter_map_entries', { map: 'io' }), 2);
  });

  const refused: readonly (readonly [sentence: string, metric: string, message: RegExp])[] = [
    [
      'a label that the key does not have',
      '{ map: io, value: bytes, labels: [{ name: port }] }',
      /key has no field "port"\n {2}the key, as the object describes it:\n {4}at {3}0, {3}4 bytes {2}u32 dev\n/,
    ],
    [
      'a value that the map does not have',
      '{ map: io, value: sent.packets, labels: [{ name: dev }] }',
      /value has no field "sent.packets"\n {2}the value, as the object describes it:\n(.*\n)* .* u64 sent.total\n/,
    ],
    [
      'a struct without a field',
      '{ map: io, labels: [{ name: dev }] }',
      /value is 48 bytes, it must be an integer of 1, 2, 4 or 8, or "value" must name a field of it\n/,
    ],
    [
      'a signed value of a counter',
      '{ map: io, value: in_flight, labels: [{ name: dev }] }',
      /"s32 in_flight" of the value is signed; a counter cannot fall, a gauge can\n/,
    ],
    [
      'a label of the value of a counter',
      '{ map: io, value: bytes, labels: [{ name: small, field: value.small }] }',
      /label is a field of the value; a gauge, or a field of the key, is needed\n/,
    ],
    [
      'a map whose entries cannot be deleted',
      '{ map: slots, value: total, labels: [{ name: id }] } ] }\nmaps: { slots: { expire_after: 1m } } # {',
      /Cannot expire entries of map "slots": it is of type percpu_array/,
    ],
    [
      'a value that is a struct',
      '{ map: io, value: sent, labels: [{ name: dev }] }',
      /"struct sent" of the value is no integer of 1, 2, 4 or 8 bytes\n/,
    ],
  ];
  for (const [sentence, metric, message] of refused) {
    it(`are refused for ${sentence}, with what there is`, async () => {
      const yaml = `metrics: { counters: [ ${metric.replace('{', '{ name: odd, help: Odd,')} ] }\n`;
      const { code, stderr } = await runExporter({
        dir: await makeConfigs({ fields: { yaml } }),
        names: 'fields',
        args: ['--config.check'],
      });
      assert.match(stderr, message);
      assert.equal(code, 1);
    });
  }
});
