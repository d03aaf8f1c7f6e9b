import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BtfType } from '../bpf/btf-type.ts';
import { mapTypes } from '../bpf/map-types.ts';
import type { LabelSpec, MetricLabelSpec, RecordsSpec } from '../config/spec.ts';
import { label } from '../metrics/metric-testing.ts';
import { u64 } from '../metrics/placed-value.ts';
import { counterSpec, histogramSpec, mapOf } from '../serve/serve-testing.ts';
import { layoutOfRecords } from './record-layout.ts';

const { ringbuf, perf_event_array } = mapTypes;

const common = { typedefs: [], kind: 'integer', signed: false, encoding: 'number' } as const;
const u32: BtfType = { ...common, typedefs: ['u32'], name: 'unsigned int', size: 4 };
const s32: BtfType = { ...common, typedefs: ['s32'], name: 'int', size: 4, signed: true };
const event: BtfType = {
  kind: 'struct',
  typedefs: [],
  name: 'event',
  size: 16,
  members: [
    { name: 'pid', bitOffset: 0, bitSize: 32, type: u32 },
    { name: 'bytes', bitOffset: 32, bitSize: 32, type: u32 },
    { name: 'cpu', bitOffset: 64, bitSize: 32, type: u32 },
    { name: 'error', bitOffset: 96, bitSize: 32, type: s32 },
  ],
};
const map = mapOf({ name: 'events', type: ringbuf, keySize: 0, valueSize: 0, valueType: event });

function records(fields?: readonly LabelSpec[]): RecordsSpec {
  return { from: 'ringbuf', flushIntervalMs: undefined, maxKeys: 10, fields };
}

const field = (name: string): MetricLabelSpec => ({ name, field: undefined, decoders: [] });

for (const [from, type] of Object.entries({ perf_event_array, ringbuf })) {
  test(`a ${from} that is none is refused`, () => {
    const given = { ...records([]), from: from as 'ringbuf' };
    assert.doesNotThrow(() => layoutOfRecords(counterSpec(), given, mapOf({ type })));
    assert.throws(() => layoutOfRecords(counterSpec(), given, mapOf()), {
      code: 'map_layout',
      message: `Cannot read map "reads_total" as ${from}: it is of type hash`,
    });
  });
}

test('labels with sizes are the first bytes of a record, with what is between them', () => {
  const fields = [{ ...label('pid', 4, 'uint'), padding: 4 }, label('cpu', 4, 'uint')];
  const layout = layoutOfRecords(counterSpec({ labels: fields }), records(fields), map);
  assert.deepEqual([layout.keyParts, layout.recordBytes], [[{ offset: 0, size: 12 }], 12]);
  assert.deepEqual([layout.observed, layout.value, layout.slots], [undefined, u64, undefined]);
});

test('a value among labels with sizes tells no records apart', () => {
  const fields = ['pid', 'bytes', 'cpu'].map((name) => label(name, 4, 'uint'));
  const labels = fields.filter(({ name }) => name !== 'bytes');
  const layout = layoutOfRecords(counterSpec({ value: 'bytes', labels }), records(fields), map);
  assert.deepEqual(layout.observed, { offset: 4, size: 4, signed: false });
  assert.deepEqual(layout.keyParts, [
    { offset: 0, size: 4 },
    { offset: 8, size: 4 },
  ]);
  assert.deepEqual(
    layout.placement.labels.map(({ name, offset }) => [name, offset]),
    [
      ['pid', 0],
      ['cpu', 4],
    ],
  );
  assert.deepEqual([layout.keyBytes, layout.recordBytes], [8, 12]);
});

test('fields are where the type of the records has them, and only they tell records apart', () => {
  const labels = [field('bytes'), field('cpu'), field('pid')];
  const layout = layoutOfRecords(counterSpec({ labels }), records(), map);
  assert.deepEqual(layout.keyParts, [
    { offset: 4, size: 8 },
    { offset: 0, size: 4 },
  ]);
  assert.deepEqual(layout.placement.labels[2], {
    name: 'pid',
    offset: 8,
    size: 4,
    decoders: [{ name: 'uint', staticMap: undefined, allowUnknown: false, regexps: [] }],
  });
  assert.equal(layout.recordBytes, 12);
});

test('what a histogram observes comes as its buckets, what is above them, and the sum', () => {
  const spec = histogramSpec({ value: 'bytes', bucketType: 'bounds', buckets: [1, 2] });
  const { slots, keyBytes, recordBytes } = layoutOfRecords(spec, records(), map);
  const offsets = [...slots!.buckets, slots!.beyond, slots!.sum].map((slot) => slot?.offset);
  assert.deepEqual(offsets, [0, 8, 16, 24]);
  assert.deepEqual([keyBytes, recordBytes], [0, 8]);
});

const refusals = [
  [
    'a field that is not there',
    { labels: [field('port')] },
    event,
    /record has no field "port"\n {2}the record, /,
  ],
  ['a signed value', { value: 'error' }, event, /"s32 error" of the record is signed; a counter cannot fall/],
  [
    'records of no known type',
    { value: 'bytes' },
    undefined,
    /^Cannot read records of map "events": the object does not say what its records are; "__type\(value, /,
  ],
] as const;
for (const [what, spec, valueType, message] of refusals) {
  test(`${what} is refused`, () => {
    assert.throws(() => layoutOfRecords(counterSpec(spec), records(), { ...map, valueType }), {
      code: 'map_layout',
      message,
    });
  });
}
