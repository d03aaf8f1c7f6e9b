import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { blob, info, type TypeWords } from './btf-testing.ts';
import { sectionTypes } from './elf-file.ts';
import { elf, relocation, type TestSection, type TestSymbol, words } from './elf-testing.ts';
import { checkObject, checkObjectFile } from './object-check.ts';

const { progBits, rel, noBits } = sectionTypes;
const func = 0x12;
const object = 0x11;

/** Two instructions that load a map, and one that returns. */
const program = Buffer.from('180100000000000000000000000000009500000000000000', 'hex');
const code: TestSection = { name: 'tp_btf/x', type: progBits, flags: 6, data: program };
const relocations: TestSection = {
  name: '.reltp_btf/x',
  type: rel,
  data: relocation(0, 2),
  link: '.symtab',
  info: 'tp_btf/x',
  entryBytes: 16,
};
const maps: TestSection = { name: '.maps', type: progBits, data: Buffer.alloc(16) };
const count: TestSymbol = { name: 'count', info: func, section: 'tp_btf/x', size: 24 };
const calls: TestSymbol = { name: 'calls', info: object, section: '.maps', size: 16 };
const types: TypeWords[] = [
  /* 1 */ ['int', info(1), 4, 0x01000020],
  /* 2 */ ['', info(3), 0, 1, 1, 1],
  /* 3 */ ['', info(2), 2],
  /* 4 */ ['', info(4, 2), 16, 'type', 3, 0, 'key', 8, 64],
  /* 5 */ ['calls', info(14), 4, 1],
  /* 6 */ ['.maps', info(15, 1), 16, 5, 0, 16],
  /* 7 */ ['count', info(12, 1), 9],
  /* 8 */ ['', info(2), 1],
  /* 9 */ ['', info(13, 1), 1, 'ctx', 3],
  /* 10 */ ['choice', info(6, 1), 4, 'ONE', 1],
  /* 11 */ ['tp_btf/x', info(7), 0],
  /* 12 */ ['0:1', info(7), 0],
  /* 13 */ ['-1', info(6), 0], // an enum that is only declared
]; // biome-ignore format: a table

function btf(changed: Readonly<Record<number, TypeWords>> = {}): Buffer {
  return blob(types.map((type, i) => changed[i + 1] ?? type));
}

/** Where a string of `btf()` is. */
function textAt(text: string): number {
  const bytes = btf();
  return bytes.indexOf(`\0${text}\0`) + 1 - 24 - bytes.readUInt32LE(16);
}

type Record4 = readonly number[];
const sound = { func: [0, 7], line: [0, 1, 1, 1024], core: [16, 4, textAt('0:1'), 0] };

function extension({
  func,
  line,
  core,
}: {
  readonly func: Record4;
  readonly line: Record4;
  readonly core: Record4;
} = sound): Buffer {
  const section = textAt('tp_btf/x');
  const infos = [func, line, core].map((record) => [record.length * 4, section, 1, ...record]);
  let at = 0;
  const places = infos.flatMap((list) => {
    at += list.length * 4;
    return [at - list.length * 4, list.length * 4];
  });
  return words([0x1eb9f, 32, ...places, ...infos.flat()]);
}

type Parts = {
  readonly sections?: readonly TestSection[];
  readonly symbols?: readonly TestSymbol[];
  readonly btf?: Buffer;
  readonly ext?: Buffer;
};

function made({
  sections = [code, relocations, maps],
  symbols = [count, calls],
  btf: types = btf(),
  ext = extension(),
}: Parts = {}): Buffer {
  const described = [
    { name: '.BTF', type: progBits, data: types },
    { name: '.BTF.ext', type: progBits, data: ext },
  ];
  return elf([...sections, ...described], symbols);
}

test('a sound object is accepted', () => {
  checkObject(made());
});

test('an object without BTF is accepted, and one whose .BTF.ext has no records', () => {
  checkObject(elf([code, relocations, maps], [count, calls]));
  checkObject(made({ ext: words([0x1eb9f, 24, 0, 0, 0, 0]) }));
});

/** The object with a word (u16 with `half`) written over. */
function changed(at: number, word: number, half = false): Buffer {
  const bytes = made();
  if (half) bytes.writeUInt16LE(word, at);
  else bytes.writeUInt32LE(word, at);
  return bytes;
}

/** Where the header of a section is: 1 is the code, 2 its relocations, 3 the maps. */
function header(section: number): number {
  return Number(made().readBigUInt64LE(40)) + section * 64;
}

const last = made().readUInt16LE(60) - 1;
const files: readonly [it: string, bytes: Buffer, reason: string][] = [
  ['no bytes', Buffer.alloc(0), 'the file is empty. What to do: an object made by clang -target bpf is needed'],
  ['text', Buffer.from('metrics: '.repeat(20)), 'it is no ELF file. What to do: an object made by clang -target bpf is needed'],
  ['32 bits', changed(4, 0x010101), 'it is an ELF file of 32 bits. What to do: an object made by clang -target bpf is needed'],
  ['the other byte order', changed(4, 0x010202), 'it was made for a big-endian machine. What to do: clang -target bpfel is needed'],
  ['another machine', changed(18, 62, true), 'it was made for x86-64, not for BPF. What to do: an object made by clang -target bpf is needed'],
  ['an unknown machine', changed(18, 9, true), 'it was made for machine 9, not for BPF. What to do: an object made by clang -target bpf is needed'],
  ['a program', changed(16, 2, true), 'it is an executable. What to do: an object made by clang -target bpf is needed'],
  ['another size of sections', changed(58, 40, true), 'its sections are described by 40 bytes each, not by 64'],
  ['sections past its end', changed(42, 1, true), `it is cut off before its ${last + 1} sections are described`],
  ['no names of sections', changed(62, 1, true), 'the names of its sections cannot be read'],
  ['a section without a name', changed(header(1), 0xffff), 'the name of section 1 is past all names'],
  ['a section past its end', changed(header(1) + 24, 0x7fffffff), `section 1 ends at byte 2147483671 of ${made().length}`],
  ['a section with a link to nowhere', changed(header(1) + 40, 99), `section 1 is linked to section 99 of ${last + 1}`],
  ['a section aligned to 3 bytes', changed(header(1) + 48, 3), 'section 1 is aligned to 3 bytes'],
  ['no symbols', changed(header(last - 2) + 4, 1), 'it has no symbols: strip removed them. What to do: an object that is not stripped is needed'],
  ['symbols of another size', changed(header(last - 2) + 56, 16), 'its symbols are 72 bytes in entries of 16, not of 24'],
  ['names of symbols elsewhere', changed(header(last - 2) + 40, 1), 'the names of its symbols cannot be read'],
  ['two symbol tables', changed(header(1) + 4, 2), 'it has two symbol tables'],
]; // biome-ignore format: a table

const parts: readonly [it: string, parts: Parts, reason: string][] = [
  ['a section of BTF twice', { sections: [code, maps, { ...code, name: '.BTF' }] }, 'it has two sections ".BTF"'],
  ['a license without bytes', { sections: [code, maps, { name: 'license', type: noBits, data: Buffer.alloc(0), size: 4 }] }, 'section "license" is of type 8'],
  ['a symbol past its section', { symbols: [count, { ...calls, size: 17 }] }, 'symbol 2 "calls" ends at byte 17 of the 16 of section ".maps"'],
  ['a symbol of no size that libbpf would count', { symbols: [count, { ...calls, value: 2 ** 52 }] }, `symbol 2 "calls" ends at byte ${2 ** 52 + 16} of the 16 of section ".maps"`],
  ['half an instruction', { sections: [{ ...code, data: program.subarray(0, 20) }, maps], symbols: [calls] }, 'section "tp_btf/x" has 20 bytes, which are not whole instructions'],
  ['a function of no instructions', { symbols: [{ ...count, size: 0 }, calls] }, 'function "count" at byte 0 of section "tp_btf/x" has 0 bytes, which are not whole instructions'],
  ['functions in each other', { symbols: [count, calls, { ...count, name: 'more', value: 8, size: 8 }] }, 'function "more" at byte 8 of section "tp_btf/x" begins in function "count"'],
  ['a relocation of no symbol', { sections: [code, { ...relocations, data: relocation(0, 9) }, maps] }, 'section ".reltp_btf/x": a relocation is for symbol 9 of 3'],
  ['a relocation past the code', { sections: [code, { ...relocations, data: relocation(24, 2) }, maps] }, 'section ".reltp_btf/x": a relocation is for byte 24 of 24'],
  ['half a relocation', { sections: [code, { ...relocations, data: relocation(0, 2).subarray(8) }, maps] }, 'section ".reltp_btf/x": its relocations are 8 bytes in entries of 16'],
  ['relocations by other symbols', { sections: [code, { ...relocations, link: '.maps' }, maps] }, 'section ".reltp_btf/x": its symbols are in another section'],
  ['a relocation of an instruction that is cut', { symbols: [{ ...count, size: 8 }, calls] }, 'section ".reltp_btf/x": a relocation is for half an instruction at byte 0'],
  ['a map past its section', { sections: [code, relocations, { ...maps, data: Buffer.alloc(8) }], symbols: [count, { ...calls, size: 8 }] }, 'map "calls" ends behind the 8 bytes of its section'],
  ['a map of type struct_ops', { btf: btf({ 2: ['', info(3), 0, 1, 1, 26] }) }, 'map "calls" is of type struct_ops in section .maps. What to do: SEC(".struct_ops") is needed for it'],
  ['a map that is no struct', { btf: btf({ 5: ['calls', info(14), 1, 1] }) }, 'map "calls" is no struct'],
  ['a map that is a function', { btf: btf({ 6: ['.maps', info(15, 1), 16, 7, 0, 16] }) }, 'map "count" is no variable'],
]; // biome-ignore format: a table

const faults: readonly [it: string, changed: Readonly<Record<number, TypeWords>>, reason: string][] = [
  ['a type that is not there', { 8: ['', info(2), 99] }, 'type 8 refers to type 99 of 13'],
  ['a member that is not there', { 4: ['', info(4, 1), 16, 'type', 14, 0] }, 'type 4 refers to type 14 of 13'],
  ['a function of a type that is none', { 7: ['count', info(12, 1), 4] }, 'type 7 of kind 12 refers to type 4 of kind 4'],
  ['a section of what is no variable', { 6: ['.maps', info(15, 1), 16, 4, 0, 16] }, 'type 6 of kind 15 refers to type 4 of kind 4'],
  ['an array of nothing', { 2: ['', info(3), 0, 0, 1, 1] }, 'type 2 of kind 3 refers to type 0 of kind 0'],
  ['a name past all names', { 10: ['choice', info(6, 1), 4, 0xffff, 1] }, 'a name of type 10 is at byte 65535 of 59'],
  ['an integer of 3 bytes', { 1: ['int', info(1), 3, 0x01000018] }, 'type 1 is an integer of 3 bytes and 24 bits'],
  ['an enum of 3 bytes', { 10: ['choice', info(6, 1), 3, 'ONE', 1] }, 'type 10 is an enum of 3 bytes'],
  ['a member past its struct', { 4: ['', info(4, 1), 16, 'type', 3, 129] }, 'type 4 has a member at bit 129 of 128'],
  ['a type that contains itself', { 4: ['', info(4, 1), 16, 'type', 4, 0] }, 'type 4 contains itself, or more than 200 levels of others'],
  ['typedefs in a circle', { 11: ['a', info(8), 12], 12: ['b', info(8), 11] }, 'type 12 contains itself, or more than 200 levels of others'],
]; // biome-ignore format: a table

const records: readonly [it: string, ext: Buffer, reason: string][] = [
  ['no header', Buffer.alloc(4), 'it has 4 bytes'],
  ['another header', words([0, 24, 0, 0, 0, 0]), 'its header is not known'],
  ['a long header', words([0x1eb9f, 25, 0, 0, 0, 0]), 'its header says to be 25 bytes long'],
  ['records past its end', words([0x1eb9f, 24, 0, 8, 0, 0, 8]), 'its function records end at byte 32 of 28'],
  ['records of no size', words([0x1eb9f, 24, 0, 16, 0, 0, 0, 1, 1, 1]), 'its function records are 0 bytes each'],
  ['more records than it has', words([0x1eb9f, 24, 0, 20, 0, 0, 8, 1, 9, 0, 7]), 'its function records are cut off'],
  ['a function past the code', extension({ ...sound, func: [32, 7] }), 'a function record is for byte 32 of section "tp_btf/x"'],
  ['a function that is none', extension({ ...sound, func: [0, 4] }), 'a function record is for type 4, which is none'],
  ['a line without text', extension({ ...sound, line: [0, 1, 0xffff, 0] }), 'a line record has no text'],
  ['a relocation of no type', extension({ ...sound, core: [16, 99, textAt('0:1'), 0] }), 'a CO-RE record is for type 99 of 13'],
  ['a path that is none', extension({ ...sound, core: [16, 4, textAt('key'), 0] }), 'a CO-RE record has the path "key"'],
  ['a negative path to an enumerator', extension({ ...sound, core: [16, 10, textAt('-1'), 10] }), 'a CO-RE record has the path "-1"'],
]; // biome-ignore format: a table

const again = 'compile it again, with clang -g -O2 -target bpf';
const all = [
  ...files.map(([it, bytes, reason]) => [`a file with ${it}`, bytes, reason] as const),
  ...parts.map(([it, some, reason]) => [`an object with ${it}`, made(some), reason] as const),
  ...faults.map(
    ([it, some, reason]) => [`BTF with ${it}`, made({ btf: btf(some) }), `BTF: ${reason}`] as const,
  ),
  ...records.map(
    ([it, ext, reason]) => [`.BTF.ext with ${it}`, made({ ext }), `.BTF.ext: ${reason}`] as const,
  ),
];
describe('the check refuses', () => {
  for (const [it, bytes, reason] of all) {
    test(it, () => {
      assert.throws(() => checkObject(bytes), {
        code: 'object_open',
        message: / is needed/.test(reason) ? reason : `${reason}. What to do: ${again}`,
      });
    });
  }
});

test('the file is named, and so is what the system says of it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'object-'));
  const path = join(directory, 'x.bpf.o');
  try {
    assert.throws(() => checkObjectFile(path), {
      code: 'object_open',
      message: new RegExp(`^Cannot open ${path}: ENOENT`),
    });
    writeFileSync(path, 'x');
    assert.throws(() => checkObjectFile(path), {
      message: `Cannot open ${path}: it is no ELF file. What to do: an object made by clang -target bpf is needed`,
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
