import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BtfType } from '../bpf/btf-type.ts';
import { mapTypes } from '../bpf/map-types.ts';
import type { BpfMap } from '../bpf/object.ts';
import type { CounterSpec, HistogramSpec } from '../config/spec.ts';
import { label } from '../metrics/metric-testing.ts';
import { fakeNative } from '../native/native-testing.ts';
import { bindMap, checkPerfEventArray, findMap, labelBytes } from './map-binding.ts';
import { counterSpec, histogramSpec, mapOf } from './serve-testing.ts';

const id = label('id', 4, 'uint');
const cpu = label('cpu', 2, 'uint');
const { percpu_hash, percpu_array, perf_event_array, ringbuf, array } = mapTypes;

function bind(spec: CounterSpec | HistogramSpec, map: BpfMap) {
  return bindMap(fakeNative({}), 4, spec, map);
}

const fitting: readonly {
  it: string;
  spec: CounterSpec | HistogramSpec;
  map: Partial<BpfMap>;
  keyBytes: number;
  splitCpus?: boolean;
  valuesPerEntry?: number;
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
    valuesPerEntry: 4,
  },
  {
    it: 'a per-CPU map without the label cpu',
    spec: counterSpec({ labels: [id] }),
    map: { type: percpu_hash },
    keyBytes: 4,
    valuesPerEntry: 4,
  },
  {
    it: 'a per-CPU map with the label cpu last',
    spec: counterSpec({ labels: [id, cpu] }),
    map: { type: percpu_hash },
    keyBytes: 4,
    splitCpus: true,
    valuesPerEntry: 4,
  },
  {
    it: 'a per-CPU map with only the label cpu',
    spec: counterSpec({ labels: [cpu] }),
    map: { type: percpu_array },
    keyBytes: 0,
    splitCpus: true,
    valuesPerEntry: 4,
  },
  {
    it: 'a per-CPU map with cpu not last',
    spec: counterSpec({ labels: [cpu, { ...id, size: 2 }] }),
    map: { type: percpu_hash },
    keyBytes: 4,
    valuesPerEntry: 4,
  },
  {
    it: 'a plain map whose key has a cpu',
    spec: counterSpec({ labels: [{ ...cpu, size: 4 }] }),
    map: {},
    keyBytes: 4,
  },
  {
    it: 'a histogram',
    spec: histogramSpec({ labels: [id, { ...id, name: 'bucket' }] }),
    map: { keySize: 8 },
    keyBytes: 8,
  },
];
for (const { it, spec, map, keyBytes, splitCpus = false, valuesPerEntry = 1 } of fitting) {
  test(`${it} can be read`, () => {
    const binding = bind(spec, mapOf(map));
    assert.deepEqual([binding.keyBytes, binding.splitCpus], [keyBytes, splitCpus]);
    assert.equal(binding.source.keySize, map.keySize ?? 4);
    assert.equal(binding.source.valuesPerEntry, valuesPerEntry);
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
    it: 'values that are no u64',
    spec: counterSpec({ labels: [id] }),
    map: { valueSize: 4 },
    message: 'Cannot read map "reads_total": value is 4 bytes, it must be a u64 of 8',
  },
  {
    it: 'a map without keys',
    spec: counterSpec({ labels: [id] }),
    map: { type: ringbuf, keySize: 0, valueSize: 0 },
    message: 'Cannot read map "reads_total": maps of type ringbuf have no keys to read',
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
    test(it, () => assert.throws(() => bind(spec, mapOf(map)), { code: 'map_layout', message }));
  }

  test('a perf event array that is none', () => {
    assert.doesNotThrow(() => checkPerfEventArray(mapOf({ type: perf_event_array })));
    assert.throws(() => checkPerfEventArray(mapOf()), {
      code: 'map_layout',
      message: 'Cannot read map "reads_total" as perf_event_array: it is of type hash',
    });
  });
});

test('a metric without labels reads key 0 alone', () => {
  const looked: Buffer[] = [];
  const native = fakeNative({
    bpf: {
      bpf_map_lookup_elem: (_fd, key, value) => {
        looked.push(Buffer.from((key as Buffer).subarray(0, 4)));
        (value as Buffer).writeBigUInt64LE(7n);
        return 0;
      },
    },
  });
  const { source } = bindMap(native, 4, counterSpec(), mapOf({ type: array }));
  const batches = [...source.batches()].map(({ count, values }) => [count, values[0]]);
  assert.deepEqual(batches, [[1, 7]]);
  assert.deepEqual(looked, [Buffer.alloc(4)]);
});

test('a map is found by its name, or the maps there are named', () => {
  const maps = [mapOf({ name: 'a' }), mapOf({ name: 'b' })];
  assert.equal(findMap(maps, 'b', 'x.bpf.o'), maps[1]);
  assert.throws(() => findMap(maps, 'c', 'x.bpf.o'), {
    code: 'map_missing',
    message: 'x.bpf.o has no map "c"; its maps: "a", "b"',
  });
  assert.throws(() => findMap([], 'c', 'x.bpf.o'), { message: 'x.bpf.o has no map "c"; its maps: none' });
});

test('labels take their sizes and paddings', () => {
  assert.equal(labelBytes([]), 0);
  assert.equal(labelBytes([id, { ...cpu, padding: 2 }]), 8);
});
