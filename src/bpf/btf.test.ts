import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { messageOf } from '../errors.ts';
import { Btf } from './btf.ts';

/** One type of a blob: its words behind the name, as Documentation/bpf/btf.rst lays them out. */
type Type = readonly [name: string, info: number, sizeOrType: number, ...rest: (number | string)[]];

function info(kind: number, count = 0, kindFlag = false): number {
  return ((kindFlag ? 0x80000000 : 0) | (kind << 24) | count) >>> 0;
}

/** The bytes of a `.BTF` section. Texts among the words become offsets of strings. */
function blob(types: readonly Type[]): Buffer {
  let strings = '\0';
  const words = types.flat().map((word) => {
    if (typeof word === 'number') return word;
    if (word === '') return 0;
    const offset = strings.length;
    strings += `${word}\0`;
    return offset;
  });
  const header = Buffer.alloc(24);
  header.writeUInt16LE(0xeb9f, 0);
  header.writeUInt8(1, 2);
  [24, 0, words.length * 4, words.length * 4, strings.length].map((word, i) =>
    header.writeUInt32LE(word, 4 + i * 4),
  );
  return Buffer.concat([header, Buffer.from(Uint32Array.from(words).buffer), Buffer.from(strings)]);
}

const btf = new Btf(
  blob([
    /*  1 */ ['unsigned int', info(1), 4, 32],
    /*  2 */ ['u32', info(8), 1],
    /*  3 */ ['char', info(1), 1, 8],
    /*  4 */ ['', info(3), 0, 3, 1, 16], // char[16]
    /*  5 */ ['', info(2), 6], // const char *
    /*  6 */ ['', info(10), 3],
    /*  7 */ ['key_t', info(4, 4), 32, 'dev', 2, 0, 'comm', 4, 32, 'name', 5, 192, '', 8, 256],
    /*  8 */ ['', info(5, 1), 4, 'a', 1, 0], // a union without a name
    /*  9 */ ['key_alias', info(8), 7],
    /* 10 */ ['bits_t', info(4, 3, true), 8, 'low', 1, 0x03000000, 'high', 1, 0x0d000003, 'whole', 2, 32],
    /* 11 */ ['op', info(6, 2), 4, 'READ', 0, 'WRITE', 1],
    /* 12 */ ['big', info(19, 1), 8, 'MAX', 0xffffffff, 0xffffffff],
    /* 13 */ ['callback', info(13, 1), 0, 'x', 1],
    /* 14 */ ['kaddr_first', info(14), 16, 1],
    /* 15 */ ['kaddr_jiffies', info(14), 16, 1],
    /* 16 */ ['', info(10), 17], // const volatile u64
    /* 17 */ ['', info(9), 18],
    /* 18 */ ['u64', info(8), 19],
    /* 19 */ ['unsigned long', info(1), 8, 64],
    /* 20 */ ['.data', info(15, 1), 8, 14, 0, 8],
    /* 21 */ ['.rodata', info(15, 1), 8, 15, 8, 8],
    /* 22 */ ['double', info(16), 8],
    /* 23 */ ['', info(2), 0], // void *
    /* 24 */ ['tagged', info(17), 1, 0],
    /* 25 */ ['', info(18), 7],
  ]),
);

test('the fields of a struct have names, offsets, sizes and the types C would write', () => {
  const fields = [
    { name: 'dev', offset: 0, size: 4, type: 'u32' },
    { name: 'comm', offset: 4, size: 16, type: 'char[16]' },
    { name: 'name', offset: 24, size: 8, type: 'char *' },
    { name: '', offset: 32, size: 4, type: 'union' },
  ];
  assert.deepEqual(btf.fields(7), fields);
  assert.deepEqual(btf.fields(9), fields, 'through a typedef');
  assert.deepEqual(btf.fields(25), fields, 'through a type tag');
});

test('a bit field has the bytes it touches', () => {
  assert.deepEqual(btf.fields(10), [
    { name: 'low', offset: 0, size: 1, type: 'unsigned int:3' },
    { name: 'high', offset: 0, size: 2, type: 'unsigned int:13' },
    { name: 'whole', offset: 4, size: 4, type: 'u32' },
  ]);
});

const plain: readonly [typeId: number, type: string, size: number][] = [
  [1, 'unsigned int', 4],
  [2, 'u32', 4],
  [4, 'char[16]', 16],
  [8, 'union', 4],
  [11, 'enum op', 4],
  [12, 'enum big', 8],
  [16, 'u64', 8],
  [22, 'double', 8],
  [23, 'void *', 8],
  [99, 'type 99', 0],
];
for (const [typeId, type, size] of plain) {
  test(`a key that is no struct is one field: ${type}`, () =>
    assert.deepEqual(btf.fields(typeId), [{ name: '', offset: 0, size, type }]));
}

test('a variable is found in its section', () => {
  assert.deepEqual(btf.variable('kaddr_first'), { section: '.data', offset: 0, size: 8 });
  assert.deepEqual(btf.variable('kaddr_jiffies'), { section: '.rodata', offset: 8, size: 8 });
  assert.equal(btf.variable('kaddr'), undefined);
});

/** This kernel's BTF, or why it cannot be read. */
function kernelBtf(): Buffer | string {
  try {
    return readFileSync('/sys/kernel/btf/vmlinux');
  } catch (thrown) {
    return messageOf(thrown);
  }
}

const vmlinux = kernelBtf();
describe("a kernel's BTF", { skip: typeof vmlinux === 'string' && vmlinux }, () => {
  test('is read to its end', () => {
    const kernel = new Btf(vmlinux as Buffer);
    const ids = Array.from({ length: 500_000 }, (_, id) => id + 1);
    const listHead = ids.find((id) => kernel.typeName(id) === 'struct list_head');
    assert.deepEqual(kernel.fields(listHead!), [
      { name: 'next', offset: 0, size: 8, type: 'struct list_head *' },
      { name: 'prev', offset: 8, size: 8, type: 'struct list_head *' },
    ]);
  });
});
