import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readElf, sectionTypes } from '../bpf/elf-file.ts';
import { elf, relocation } from '../bpf/elf-testing.ts';
import { mapUses } from './map-uses.ts';

const { progBits, rel } = sectionTypes;

/** Instructions as the kernel's disassembler says them, and their bytes. */
const program = [
  'b702000030000000', // r2 = 48
  '1801000000000000', // r1 = first
  '0000000000000000',
  'b703000000000000', // r3 = 0
  '8500000083000000', // call bpf_ringbuf_reserve
  'b70600001b000000', // r6 = 27
  '25060100ff000000', // if r6 > 255 goto
  '37060000e8030000', // r6 /= 1000
  '1808000000000000', // r8 = second
  '0000000000000000',
  'bf81000000000000', // r1 = r8
  '8500000001000000', // call bpf_map_lookup_elem
  '8500000003000000', // call bpf_map_delete_elem, whose map nobody knows any more
  '8510000001000000', // call of a function of the object
  '9500000000000000', // exit
];

const file = readElf(
  elf(
    [
      { name: 'tp_btf/x', type: progBits, flags: 6, data: Buffer.from(program.join(''), 'hex') },
      {
        name: '.reltp_btf/x',
        type: rel,
        data: Buffer.concat([relocation(8, 2), relocation(64, 3)]),
        link: '.symtab',
        info: 'tp_btf/x',
        entryBytes: 16,
      },
      { name: '.maps', type: progBits, data: Buffer.alloc(32) },
    ],
    [
      { name: 'count', info: 0x12, section: 'tp_btf/x', size: program.length * 8 },
      { name: 'first', info: 0x11, section: '.maps', size: 16 },
      { name: 'second', info: 0x11, section: '.maps', value: 16, size: 16 },
    ],
  ),
);

test('calls of helpers say what is done with each map', () => {
  const uses = mapUses(file);
  assert.deepEqual([...uses.keys()], ['first', 'second']);
  const [first, second] = [uses.get('first')!, uses.get('second')!];
  assert.deepEqual([[...first.helpers], [...first.recordSizes]], [[131], [48]]);
  assert.deepEqual([[...second.helpers], [...second.recordSizes]], [[1], []]);
  assert.deepEqual([...second.constants], [27]);
  for (const { compared, divisors } of [first, second]) {
    assert.deepEqual([[...compared], [...divisors]], [[255], [1000]]);
  }
});
