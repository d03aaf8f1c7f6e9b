import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BtfType, IntegerType } from '../bpf/btf-type.ts';
import { mapTypes } from '../bpf/map-types.ts';
import { guessRecords } from './guess-records.ts';

const common = { typedefs: [], name: '' };
const integer = (size: number): IntegerType => ({
  ...common,
  kind: 'integer',
  size,
  signed: false,
  encoding: 'number',
});
/** A struct of unsigned integers at these places. */
const struct = (
  name: string,
  size: number,
  members: readonly [name: string, at: number, size: number][],
): BtfType => ({
  ...common,
  kind: 'struct',
  name,
  size,
  members: members.map(([member, at, bytes]) => ({
    name: member,
    bitOffset: at * 8,
    bitSize: bytes * 8,
    type: integer(bytes),
  })),
});

function guess(size: number, structs: readonly BtfType[], name = 'exec_spans') {
  const map = {
    name,
    type: mapTypes.ringbuf,
    keySize: 0,
    valueSize: 0,
    maxEntries: 4096,
    keyType: undefined,
    valueType: undefined,
  };
  const uses = {
    helpers: new Set([131]),
    recordSizes: new Set([size]),
    constants: new Set<number>(),
    compared: new Set<number>(),
    divisors: new Set<number>(),
  };
  return guessRecords({ object: 'tool', map, uses }, structs);
}

const ids: [string, number, number][] = [
  ['trace_id_hi', 0, 8],
  ['trace_id_lo', 8, 8],
  ['parent_span_id', 16, 8],
  ['span_id', 24, 8],
  ['duration_ns', 32, 8],
  ['ret', 40, 4],
];

describe('the records of a ring buffer', () => {
  test('are spans when they have the ids of spans', () => {
    const found = guess(48, [struct('other', 48, []), struct('exec_span', 48, ids)]);
    assert.ok(typeof found !== 'string' && 'span' in found);
    assert.equal(found.span.name, 'exec');
    assert.deepEqual(
      found.span.labels.map(({ name, size }) => [name, size]),
      [
        ['trace_id', 16],
        ['parent_span_id', 8],
        ['span_id', 8],
        ['span_duration_ns', 8],
        ['ret', 4],
      ],
    );
  });

  test('are counted by what does not differ from record to record', () => {
    const fields: [string, number, number][] = [
      ['op', 0, 4],
      ['pid', 4, 4],
      ['delta_ns', 8, 8],
      ['ret', 16, 2],
      ['seq', 20, 4],
    ];
    const found = guess(24, [struct('event', 24, fields)], 'events');
    assert.ok(typeof found !== 'string' && 'metric' in found);
    assert.deepEqual([found.metric.name, found.metric.records], ['tool_events_total', 'ringbuf']);
    assert.deepEqual(
      found.metric.labels.map(({ name, size, padding }) => [name, size, padding]),
      [
        ['op', 4, 12],
        ['ret', 2, 6],
      ],
    );
  });

  test('are counted without labels where no struct, or more than one, can be theirs', () => {
    for (const structs of [[], [struct('event_a', 48, []), struct('event_b', 48, [])]]) {
      const found = guess(48, structs, 'ring');
      assert.ok(typeof found !== 'string' && 'metric' in found);
      assert.deepEqual(found.metric.labels, []);
      assert.match(found.metric.why ?? '', /of 48 bytes, whose fields the object does not name/);
    }
  });
});

test('records whose type the definition of the map names are counted by their fields', () => {
  const type = struct('event', 16, [
    ['op', 0, 4],
    ['ts', 8, 8],
  ]);
  const map = {
    name: 'ring',
    type: mapTypes.ringbuf,
    keySize: 0,
    valueSize: 0,
    maxEntries: 4096,
    keyType: undefined,
  };
  const found = guessRecords({ object: 'tool', map: { ...map, valueType: type }, uses: undefined }, []);
  assert.ok(typeof found !== 'string' && 'metric' in found);
  assert.deepEqual(
    found.metric.labels.map(({ name, size }) => [name, size]),
    [['op', undefined]],
  );
});
