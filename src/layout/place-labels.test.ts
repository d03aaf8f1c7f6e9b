import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BtfField, BtfType, IntegerType } from '../bpf/btf-type.ts';
import { mapTypes } from '../bpf/map-types.ts';
import { counterSpec, mapOf } from '../serve/serve-testing.ts';
import { layoutOfMap } from './map-layout.ts';

const common = { typedefs: [], name: '' };
const u32: IntegerType = { ...common, kind: 'integer', size: 4, signed: false, encoding: 'number' };
const char: IntegerType = { ...u32, name: 'char', size: 1, signed: true, encoding: 'char' };
const array = (element: BtfType, length: number): BtfType => ({
  ...common,
  kind: 'array',
  element,
  length,
  size: element.size * length,
});

/** A struct of these members, one behind the other. */
function struct(members: Readonly<Record<string, BtfType>>): BtfType {
  let bitOffset = 0;
  const fields = Object.entries(members).map(([name, type]): BtfField => {
    const field = { name, bitOffset, bitSize: type.size * 8, type };
    bitOffset += field.bitSize;
    return field;
  });
  return { ...common, kind: 'struct', name: 'key_t', size: bitOffset / 8, members: fields };
}

const types: readonly [it: string, type: BtfType, decoders: string][] = [
  ['an unsigned integer', u32, 'uint'],
  ['a signed integer', { ...u32, signed: true }, 'int'],
  ['an integer of 16 bytes', { ...u32, size: 16 }, 'hex'],
  ['a bool', { ...u32, size: 1, encoding: 'bool' }, 'uint static_map'],
  ['an array of char', array(char, 16), 'string'],
  ['an array of bytes', array({ ...u32, size: 1 }, 16), 'hex'],
  ['__be32', { ...u32, typedefs: ['__be32', '__u32'] }, 'inet_ip'],
  ['__be32 of 4', array({ ...u32, typedefs: ['__be32'] }, 4), 'inet_ip'],
  ['in_addr', { ...common, kind: 'struct', name: 'in_addr', size: 4, members: [] }, 'inet_ip'],
  ['in6_addr', { ...common, kind: 'struct', name: 'in6_addr', size: 16, members: [] }, 'inet_ip'],
  ['an enum', { ...common, kind: 'enum', size: 4, signed: false, values: [] }, 'uint static_map'],
  ['a signed enum', { ...common, kind: 'enum', size: 8, signed: true, values: [] }, 'int static_map'],
  ['a pointer', { ...common, kind: 'pointer', size: 8 }, 'hex'],
];
describe('a field is shown as its type means it:', () => {
  for (const [it, type, decoders] of types) {
    test(it, () => {
      const map = mapOf({ keySize: type.size, keyType: struct({ a: type }) });
      const spec = counterSpec({ labels: [{ name: 'a', field: undefined, decoders: [] }] });
      const [label] = layoutOfMap(spec, map).placement.labels;
      assert.equal(label?.decoders.map(({ name }) => name).join(' '), decoders);
      assert.equal(label?.size, type.size);
    });
  }
});

test('fields are where the key has them, in any order, and cpu is behind it', () => {
  const keyType = struct({ dev: u32, comm: array(char, 16), op: u32 });
  const map = mapOf({ type: mapTypes.percpu_hash, keySize: 24, keyType });
  const labels = ['op', 'dev', 'cpu'].map((name) => ({ name, field: undefined, decoders: [] }));
  const { placement, splitCpus } = layoutOfMap(counterSpec({ labels }), map);
  const places = placement.labels.map(({ offset, size }) => [offset, size]);
  assert.deepEqual(
    [places, placement.size, splitCpus],
    [
      [
        [20, 4],
        [0, 4],
        [24, 2],
      ],
      26,
      true,
    ],
  );
});

test('a key that is no struct is the field of a label that names none', () => {
  const labels = [{ name: 'pid', field: undefined, decoders: [] }];
  const { placement } = layoutOfMap(counterSpec({ labels }), mapOf({ keyType: u32 }));
  assert.deepEqual(
    placement.labels.map(({ offset, size }) => [offset, size]),
    [[0, 4]],
  );
});

describe('a label by field is refused', () => {
  const label = (name: string, field?: string) => ({ name, field, decoders: [] });
  const bits: BtfType = {
    ...common,
    kind: 'struct',
    size: 4,
    members: [{ name: 'low', bitOffset: 0, bitSize: 3, type: u32 }],
  };
  const refusals: readonly [
    it: string,
    spec: ReturnType<typeof label>,
    keyType: BtfType | undefined,
    why: RegExp,
  ][] = [
    [
      'when the object has no BTF',
      label('pid'),
      undefined,
      /label "pid" has no size, and the object.*clang -g/,
    ],
    ['when the key has no such field', label('pid'), struct({ tid: u32 }), /no field "pid"\n.*\n.* tid$/],
    ['that a key of one integer does not have', label('pid', 'pid'), u32, /key has no field "pid"/],
    ['that is a bit field', label('low'), bits, /label "low" is the bit field "low"; a field of whole bytes/],
  ];
  for (const [it, spec, keyType, message] of refusals) {
    test(it, () => {
      assert.throws(() => layoutOfMap(counterSpec({ labels: [spec] }), mapOf({ keyType })), {
        code: 'map_layout',
        message,
      });
    });
  }
});
