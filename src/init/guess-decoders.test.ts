import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ArrayType, BtfType, IntegerType } from '../bpf/btf-type.ts';
import { guessDecoders } from './guess-decoders.ts';

const integer = (size: number, more: Partial<IntegerType> = {}): IntegerType => ({
  kind: 'integer',
  typedefs: [],
  name: '',
  signed: false,
  encoding: 'number',
  size,
  ...more,
});
const array = (element: BtfType, length: number): ArrayType => ({
  kind: 'array',
  typedefs: [],
  name: '',
  element,
  length,
  size: element.size * length,
});
const char = integer(1, { name: 'char' });

const rows: readonly [declaration: string, name: string, type: BtfType, decoders: string, label?: string][] =
  [
    ['u64 ip', 'ip', integer(8), 'ksym'],
    ['u64 fn', 'fn', integer(8), 'ksym'],
    ['u32 ip', 'ip', integer(4), 'inet_ip'],
    ['u32 saddr', 'saddr', integer(4), 'inet_ip'],
    ['u8 daddr[16]', 'daddr', array(integer(1), 16), 'inet_ip'],
    ['u32 ifindex', 'ifindex', integer(4), 'ifname', 'interface'],
    ['u32 dev', 'dev', integer(4), 'majorminor'],
    ['u64 dev', 'dev', integer(8), ''],
    ['u64 cgroup_id', 'cgroup_id', integer(8), 'uint cgroup', 'cgroup'],
    ['u64 syscall_nr', 'syscall_nr', integer(8), 'uint syscall', 'syscall'],
    ['int err', 'err', integer(4, { signed: true }), 'int errno', 'errno'],
    ['u64 kstack[20]', 'kstack', array(integer(8), 20), 'kstack'],
    ['char comm[16]', 'comm', array(char, 16), ''],
    ['u8 comm[16]', 'comm', array(integer(1), 16), 'string'],
    ['u16 eth_proto', 'eth_proto', integer(2), 'uint static_map'],
    ['u32 pid', 'pid', integer(4), ''],
    ['__be32 addr', 'addr', integer(4, { typedefs: ['__be32'] }), ''],
    ['bool err', 'err', integer(1, { encoding: 'bool' }), ''],
  ];

describe('guessDecoders', () => {
  for (const [declaration, name, type, decoders, label] of rows) {
    test(`reads ${declaration} by ${decoders || 'its type'}`, () => {
      const guess = guessDecoders(name, type);
      assert.equal(guess.decoders.map((one) => one.name).join(' '), decoders);
      assert.equal(guess.label, label);
    });
  }

  test('takes vendor and device beside each other for those of PCI', () => {
    const guess = guessDecoders('device', integer(4), ['vendor', 'device']);
    assert.deepEqual(
      guess.decoders.map(({ name }) => name),
      ['uint', 'pci_device'],
    );
  });

  test('says of ports in network order what puts them right', () => {
    const guess = guessDecoders('port', integer(2, { typedefs: ['__be16', '__u16'] }));
    assert.deepEqual(guess.decoders, []);
    assert.match(guess.why ?? '', /network order; bpf_ntohs/);
  });

  test('says of ids of stacks that they have no names', () => {
    assert.match(guessDecoders('stack_id', integer(4)).why ?? '', /bpf_get_stack/);
  });
});
