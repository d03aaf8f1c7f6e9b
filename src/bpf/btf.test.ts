import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { messageOf } from '../errors.ts';
import { Btf } from './btf.ts';
import { leavesOf } from './btf-path.ts';
import { blob, info } from './btf-testing.ts';
import { declaration, typeName } from './btf-type.ts';

const signed = 0x01000000;
const char = 0x02000000;
const bool = 0x04000000;

const btf = new Btf(
  blob([
    /*  1 */ ['unsigned int', info(1), 4, 32],
    /*  2 */ ['u32', info(8), 1],
    /*  3 */ ['char', info(1), 1, signed | 8],
    /*  4 */ ['', info(3), 0, 3, 1, 16], // char[16]
    /*  5 */ ['', info(2), 6], // const char *
    /*  6 */ ['', info(10), 3],
    /*  7 */ ['key_t', info(4, 4), 36, 'dev', 2, 0, 'comm', 4, 32, 'name', 5, 192, '', 8, 256],
    /*  8 */ ['', info(5, 1), 4, 'a', 1, 0], // a union without a name
    /*  9 */ ['key_alias', info(8), 7],
    /* 10 */ ['bits_t', info(4, 3, true), 8, 'low', 1, 0x03000000, 'high', 1, 0x0d000003, 'whole', 2, 32],
    /* 11 */ ['op', info(6, 2, true), 4, 'READ', 0, 'NONE', 0xffffffff],
    /* 12 */ ['big', info(19, 1), 8, 'MAX', 0xffffffff, 0xffffffff],
    /* 13 */ ['callback', info(13, 1), 0, 'x', 1],
    /* 14 */ ['kaddr_first', info(14), 16, 1],
    /* 15 */ ['kaddr_jiffies', info(14), 16, 1],
    /* 16 */ ['', info(10), 17], // const volatile u64
    /* 17 */ ['', info(9), 18],
    /* 18 */ ['u64', info(8), 19],
    /* 19 */ ['unsigned long', info(1), 8, 64],
    /* 20 */ ['.data', info(15, 1), 8, 14, 0, 8],
    /* 21 */ ['.rodata', info(15, 1), 16, 15, 8, 8],
    /* 22 */ ['double', info(16), 8],
    /* 23 */ ['', info(2), 0], // void *
    /* 24 */ ['tagged', info(17), 1, 0],
    /* 25 */ ['', info(18), 7],
    /* 26 */ ['', info(3), 0, 27, 1, 2], // u32[2][3]
    /* 27 */ ['', info(3), 0, 2, 1, 3],
    /* 28 */ ['signed char', info(1), 1, signed | 8],
    /* 29 */ ['byte', info(1), 1, char | 8],
    /* 30 */ ['_Bool', info(1), 1, bool | 8],
    /* 31 */ ['elsewhere', info(7), 0], // struct elsewhere;
    /* 32 */ ['elsewhere', info(7, 0, true), 0], // union elsewhere;
    /* 33 */ ['', info(2), 31],
    /* 34 */ ['', info(2), 13], // callback *
    /* 35 */ ['__be32', info(8), 2],
    /* 36 */ ['deep', info(19, 1, true), 8, 'LOW', 0, 0x80000000],
    /* 37 */ ['inner', info(4, 1), 8, 'of', 37, 0], // a struct that contains itself
    /* 38 */ ['circle', info(8), 39],
    /* 39 */ ['circle', info(8), 38],
    /* 40 */ ['empty', info(4), 0],
    /* 41 */ ['holds', info(4, 2), 4, 'nothing', 40, 0, 'x', 1, 0],
    /* 42 */ ['three bits', info(1), 4, 0x00050003], // as LLVM wrote bit fields before 8: bits 5 to 7
    /* 43 */ ['old', info(4, 1), 4, 'b', 42, 8],
    /* 44 */ ['', info(2), 44], // a pointer to itself
    /* 45 */ ['f', info(12), 13],
    /* 46 */ ['', info(2), 47],
    /* 47 */ ['', info(2), 2],
  ]),
);

test('a struct has its members with their places and types', () => {
  const type = btf.type(7);
  assert.ok(type.kind === 'struct');
  assert.deepEqual([type.name, type.size, type.typedefs], ['key_t', 36, []]);
  assert.deepEqual(
    type.members.map((field) => [field.bitOffset, field.bitSize, declaration(field), field.type.kind]),
    [
      [0, 32, 'u32 dev', 'integer'],
      [32, 128, 'char[16] comm', 'array'],
      [192, 64, 'char * name', 'pointer'],
      [256, 32, 'union', 'union'],
    ],
  );
});

test('typedefs are kept, the outermost first, and only they are', () => {
  assert.deepEqual(btf.type(9), { ...btf.type(7), typedefs: ['key_alias'] });
  assert.deepEqual(btf.type(35).typedefs, ['__be32', 'u32']);
  assert.deepEqual(btf.type(25), btf.type(7), 'a type tag is none');
  assert.deepEqual(btf.type(16), btf.type(18), 'nor are const and volatile');
});

test('a bit field has its bits and its declared type', () => {
  assert.deepEqual(
    leavesOf(btf.type(10)).map((field) => [field.bitOffset, field.bitSize, declaration(field)]),
    [
      [0, 3, 'unsigned int low:3'],
      [3, 13, 'unsigned int high:13'],
      [32, 32, 'u32 whole'],
    ],
  );
  assert.deepEqual(
    leavesOf(btf.type(43)).map(({ bitOffset, bitSize }) => [bitOffset, bitSize]),
    [[13, 3]],
  );
});

const integers: readonly [id: number, signed: boolean, encoding: string][] = [
  [1, false, 'number'],
  [3, true, 'char'],
  [28, true, 'number'],
  [29, false, 'char'],
  [30, false, 'bool'],
];
for (const [id, isSigned, encoding] of integers) {
  test(`the integer ${typeName(btf.type(id))} is ${isSigned ? 'a signed' : 'an unsigned'} ${encoding}`, () => {
    const type = btf.type(id);
    assert.ok(type.kind === 'integer');
    assert.deepEqual([type.signed, type.encoding], [isSigned, encoding]);
  });
}

const enums: readonly [id: number, signed: boolean, values: Record<string, bigint>][] = [
  [11, true, { READ: 0n, NONE: -1n }],
  [12, false, { MAX: 2n ** 64n - 1n }],
  [36, true, { LOW: -(2n ** 63n) }],
];
for (const [id, isSigned, values] of enums) {
  test(`the ${typeName(btf.type(id))} has its values`, () => {
    const type = btf.type(id);
    assert.ok(type.kind === 'enum');
    assert.equal(type.signed, isSigned);
    assert.deepEqual(Object.fromEntries(type.values.map(({ name, value }) => [name, value])), values);
  });
}

const names: readonly [id: number, name: string, size: number][] = [
  [0, 'void', 0],
  [1, 'unsigned int', 4],
  [2, 'u32', 4],
  [4, 'char[16]', 16],
  [8, 'union', 4],
  [11, 'enum op', 4],
  [12, 'enum big', 8],
  [13, 'callback', 0],
  [16, 'u64', 8],
  [22, 'double', 8],
  [23, 'void *', 8],
  [26, 'u32[2][3]', 24],
  [31, 'struct elsewhere', 0],
  [32, 'union elsewhere', 0],
  [33, 'struct elsewhere *', 8],
  [34, 'callback *', 8],
  [40, 'struct empty', 0],
  [46, 'u32 **', 8],
  [45, 'f', 0],
  [99, 'void', 0],
];
for (const [id, name, size] of names) {
  test(`C calls type ${id} ${name}, of ${size} bytes`, () => {
    const type = btf.type(id);
    assert.deepEqual([typeName(type), type.size], [name, size]);
  });
}

test('types that contain themselves end somewhere', () => {
  const last = leavesOf(btf.type(37)).at(-1);
  assert.equal(last?.type.kind, 'opaque');
  assert.equal(btf.type(38).kind, 'opaque');
  assert.equal(btf.type(44).kind, 'pointer');
});

test('types are plain data', () => {
  assert.deepEqual(structuredClone(btf.type(7)), btf.type(7));
});

test('a variable is found in its section, and a section is a struct of its variables', () => {
  const type = btf.type(19);
  const first = btf.variable('kaddr_first');
  assert.deepEqual(first, { section: '.data', offset: 0, size: 8, type: { ...type, typedefs: ['u64'] } });
  const { section, offset } = btf.variable('kaddr_jiffies') ?? {};
  assert.deepEqual([section, offset], ['.rodata', 8]);
  assert.equal(btf.variable('kaddr'), undefined);
  assert.deepEqual(leavesOf(btf.type(21)).map(declaration), ['u64 kaddr_jiffies']);
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
    const listHead = ids.map((id) => kernel.type(id)).find((type) => typeName(type) === 'struct list_head');
    assert.deepEqual(leavesOf(listHead!).map(declaration), [
      'struct list_head * next',
      'struct list_head * prev',
    ]);
  });
});
