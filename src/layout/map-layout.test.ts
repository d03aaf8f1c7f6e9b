import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BtfType } from '../bpf/btf-type.ts';
import type { BpfMap } from '../bpf/loaded-object.ts';
import { mapTypes } from '../bpf/map-types.ts';
import type { CounterSpec, HistogramSpec } from '../config/spec.ts';
import { label } from '../metrics/metric-testing.ts';
import { counterSpec, histogramSpec, mapOf } from '../serve/serve-testing.ts';
import { layoutOfMap } from './map-layout.ts';

const id = label('id', 4, 'uint');
const cpu = label('cpu', 2, 'uint');
const { percpu_hash, percpu_array, perf_event_array, ringbuf, array } = mapTypes;

const fitting: readonly {
  it: string;
  spec: CounterSpec | HistogramSpec;
  map: Partial<BpfMap>;
  keyBytes: number;
  splitCpus?: boolean;
}[] = [
  { it: 'labels of the size of the key', spec: counterSpec({ labels: [id] }), map: {}, keyBytes: 4 },
  {
    it: 'labels with padding',
    spec: counterSpec({ labels: [{ ...cpu, padding: 2 }, id] }),
    map: { keySize: 8 },
    keyBytes: 8,
  },
  { it: 'no labels', spec: counterSpec(), map: { type: array }, keyBytes: 0 },
  {
    it: 'no labels of a per-CPU map',
    spec: counterSpec(),
    map: { type: percpu_array },
    keyBytes: 0,
  },
  {
    it: 'a per-CPU map without the label cpu',
    spec: counterSpec({ labels: [id] }),
    map: { type: percpu_hash },
    keyBytes: 4,
  },
  {
    it: 'a per-CPU map with the label cpu last',
    spec: counterSpec({ labels: [id, cpu] }),
    map: { type: percpu_hash },
    keyBytes: 4,
    splitCpus: true,
  },
  {
    it: 'a per-CPU map with only the label cpu',
    spec: counterSpec({ labels: [cpu] }),
    map: { type: percpu_array },
    keyBytes: 0,
    splitCpus: true,
  },
  {
    it: 'a per-CPU map with cpu not last',
    spec: counterSpec({ labels: [cpu, { ...id, size: 2 }] }),
    map: { type: percpu_hash },
    keyBytes: 4,
  },
  {
    it: 'a plain map whose key has a cpu',
    spec: counterSpec({ labels: [{ ...cpu, size: 4 }] }),
    map: {},
    keyBytes: 4,
  },
  {
    it: 'a value of 4 bytes',
    spec: counterSpec({ labels: [id] }),
    map: { valueSize: 4 },
    keyBytes: 4,
  },
  {
    it: 'a histogram',
    spec: histogramSpec({ labels: [id, { ...id, name: 'bucket' }] }),
    map: { keySize: 8 },
    keyBytes: 8,
  },
];
for (const { it, spec, map, keyBytes, splitCpus = false } of fitting) {
  test(`${it} can be read`, () => {
    const layout = layoutOfMap(spec, mapOf(map));
    assert.deepEqual([layout.keyBytes, layout.splitCpus], [keyBytes, splitCpus]);
    assert.deepEqual(layout.value, { offset: 0, size: map.valueSize ?? 8, signed: false });
  });
}

const common = { typedefs: [], kind: 'integer', signed: false, encoding: 'number' } as const;
const u32: BtfType = { ...common, typedefs: ['u32'], name: 'unsigned int', size: 4 };
const char: BtfType = { ...common, name: 'char', size: 1 };
const comm: BtfType = { kind: 'array', typedefs: [], name: '', size: 16, element: char, length: 16 };
const keyType: BtfType = {
  kind: 'struct',
  typedefs: [],
  name: 'key_t',
  size: 20,
  members: [
    { name: 'dev', bitOffset: 0, bitSize: 32, type: u32 },
    { name: 'comm', bitOffset: 32, bitSize: 128, type: comm },
  ],
};

const unfitting: readonly { it: string; spec: CounterSpec; map: Partial<BpfMap>; message: string }[] = [
  {
    it: 'labels shorter than the key, with the fields that the object describes',
    spec: counterSpec({ labels: [{ ...id, padding: 8 }, cpu] }),
    map: { keySize: 20, keyType },
    message: `Cannot read map "reads_total": key is 20 bytes, labels describe 14
  the key, as the object describes it:
    at   0,   4 bytes  u32 dev
    at   4,  16 bytes  char[16] comm
  the labels:
    at   0,   4 bytes  id (then 8 of padding)
    at  12,   2 bytes  cpu`,
  },
  {
    it: 'labels longer than the key',
    spec: counterSpec({ labels: [id, id] }),
    map: { keyType: u32 },
    message: `Cannot read map "reads_total": key is 4 bytes, labels describe 8
  the key, as the object describes it:
    at   0,   4 bytes  u32
  the labels:
    at   0,   4 bytes  id
    at   4,   4 bytes  id`,
  },
  {
    it: 'labels beside cpu that do not fit',
    spec: counterSpec({ labels: [id, cpu] }),
    map: { type: percpu_hash, keySize: 6 },
    message: `Cannot read map "reads_total": key is 6 bytes, labels describe 4
  the labels:
    at   0,   4 bytes  id`,
  },
  {
    it: 'no labels for a longer key',
    spec: counterSpec(),
    map: { keySize: 8 },
    message: 'Cannot read map "reads_total": key is 8 bytes, a metric without labels reads key 0 of 4 bytes',
  },
  {
    it: 'a cpu label of another size',
    spec: counterSpec({ labels: [{ ...cpu, padding: 2 }] }),
    map: { type: percpu_array },
    message: `Cannot read per-CPU map "reads_total" by CPU: label "cpu" takes 4 bytes, the CPU's index is 2`,
  },
  {
    it: 'values that are no integer',
    spec: counterSpec({ labels: [id] }),
    map: { valueSize: 12 },
    message: 'Cannot read map "reads_total": value is 12 bytes, it must be an integer of 1, 2, 4 or 8',
  },
  {
    it: 'a map without keys',
    spec: counterSpec({ labels: [id] }),
    map: { type: ringbuf, keySize: 0, valueSize: 0 },
    message:
      'Cannot read map "reads_total": maps of type ringbuf have no keys to read; set ringbuf: reads_total to count its records',
  },
  {
    it: 'a perf event array that the config does not call one',
    spec: counterSpec({ labels: [id] }),
    map: { type: perf_event_array, valueSize: 4 },
    message:
      'Cannot read map "reads_total": maps of type perf_event_array have no keys to read; set perf_event_array: true to count its records',
  },
];
describe('what does not fit is refused', () => {
  for (const { it, spec, map, message } of unfitting) {
    test(it, () => assert.throws(() => layoutOfMap(spec, mapOf(map)), { code: 'map_layout', message }));
  }
});

test('labels are where their sizes and paddings put them, cpu behind the key', () => {
  const spec = counterSpec({ labels: [{ ...id, padding: 4 }, { ...id, name: 'b' }, cpu] });
  const { placement } = layoutOfMap(spec, mapOf({ type: percpu_hash, keySize: 12 }));
  assert.deepEqual(
    placement.labels.map(({ name, offset, size }) => [name, offset, size]),
    [
      ['id', 0, 4],
      ['b', 8, 4],
      ['cpu', 12, 2],
    ],
  );
  assert.equal(placement.size, 14);
});
