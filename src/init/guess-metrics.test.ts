import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BtfType, IntegerType } from '../bpf/btf-type.ts';
import type { DeclaredMap } from '../bpf/declared-maps.ts';
import { mapTypes } from '../bpf/map-types.ts';
import type { DraftMetric } from './draft.ts';
import { guessMetrics } from './guess-metrics.ts';

const common = { typedefs: [], name: '' };
const integer = (size: number, signed = false): IntegerType => ({
  ...common,
  kind: 'integer',
  size,
  signed,
  encoding: 'number',
});
const u64 = integer(8);
const u32 = integer(4);
const struct = (members: Readonly<Record<string, BtfType>>): BtfType => {
  let bitOffset = 0;
  const fields = Object.entries(members).map(([name, type]) => {
    const field = { name, bitOffset, bitSize: type.size * 8, type };
    bitOffset += field.bitSize;
    return field;
  });
  return { ...common, kind: 'struct', name: 'x', size: bitOffset / 8, members: fields };
};
const array = (element: BtfType, length: number): BtfType => ({
  ...common,
  kind: 'array',
  size: element.size * length,
  element,
  length,
});

function guess(
  name: string,
  keyType: BtfType | undefined,
  valueType: BtfType,
  more: Partial<DeclaredMap> = {},
): DraftMetric[] {
  const map: DeclaredMap = {
    name,
    type: mapTypes.hash,
    keySize: keyType?.size ?? 6,
    valueSize: valueType.size,
    maxEntries: 1024,
    keyType,
    valueType,
    ...more,
  };
  const found = guessMetrics({ object: 'tool', map, uses: undefined });
  return typeof found === 'string' ? assert.fail(found) : [...found];
}

describe('of the entries of a map', () => {
  test('a number is a counter by the fields of the key', () => {
    const [metric] = guess('opens', struct({ ret: u32, cgroup_id: u64, pad: u32 }), u64);
    assert.deepEqual([metric?.kind, metric?.name, metric?.map], ['counter', 'opens_total', 'opens']);
    assert.deepEqual(
      metric?.labels.map(({ name, field }) => [name, field]),
      [
        ['ret', undefined],
        ['cgroup', 'cgroup_id'],
      ],
    );
  });

  test('a signed number, and one that is named as a level, is a gauge', () => {
    assert.equal(guess('balance', u32, integer(8, true))[0]?.kind, 'gauge');
    const [depth] = guess('queue_depth_max', u32, u64);
    assert.deepEqual([depth?.kind, depth?.aggregate], ['gauge', 'max']);
  });

  test('every number in a value is a metric, but notes and what fills up', () => {
    const value = struct({ packets: u64, bytes: u64, last_ts: u64, in_flight: integer(4, true), pad: u32 });
    assert.deepEqual(
      guess('flows', u32, value).map(({ kind, name, value }) => [kind, name, value]),
      [
        ['counter', 'flows_packets_total', 'packets'],
        ['counter', 'flows_bytes_total', 'bytes'],
        ['gauge', 'flows_in_flight', 'in_flight'],
      ],
    );
  });

  test('an array of slots is a histogram, with the sum beside it', () => {
    const [metric] = guess('hists', u32, struct({ slots: array(u32, 27), sum: u64 }));
    const { kind, name, value, sum, buckets } = metric!;
    assert.deepEqual([kind, name, value, sum, buckets?.max], ['histogram', 'tool_hists', 'slots', 'sum', 26]);
  });

  test('a field called bucket makes a histogram, and is its last label', () => {
    const [metric] = guess('x_seconds', struct({ bucket: u32, op: u32 }), u64);
    assert.deepEqual([metric?.kind, metric?.labels.map(({ name }) => name)], ['histogram', ['op', 'bucket']]);
  });

  test('the key of an array of one is no label', () => {
    assert.deepEqual(guess('x_total', u32, u64, { type: mapTypes.array, maxEntries: 1 })[0]?.labels, []);
  });

  test('a key without a type has a label of its size', () => {
    const [label] = guess('x_total', undefined, u64)[0]!.labels;
    assert.deepEqual([label?.size, label?.decoders[0]?.name], [6, 'hex']);
  });
});
