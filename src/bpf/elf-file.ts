import { fault, shown } from './fault.ts';

/*
 * ELF as compilers write it for BPF: 64 bit, little endian, relocatable (elf(5), include/uapi/linux/elf.h). Every
 * offset and size is checked against the file, since libelf and libbpf follow some of them without a look.
 */

export type ElfSection = {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly isCode: boolean;
  /** Bytes that the section has when the object is loaded. */
  readonly size: number;
  /** What the file has of it: all or, for `noBits`, nothing. */
  readonly data: Buffer;
  readonly link: number;
  readonly info: number;
  readonly entryBytes: number;
};

export type ElfSymbol = {
  readonly name: string;
  /** A number of `symbolTypes`. */
  readonly type: number;
  /** Index of the section that it is in; 0 for one that is elsewhere, `firstReserved` or more for none. */
  readonly section: number;
  readonly value: number;
  readonly size: number;
};

export type ElfFile = {
  /** By index. Number 0 is none. */
  readonly sections: readonly ElfSection[];
  readonly symbols: readonly ElfSymbol[];
  /** Index of the section that has the symbols. */
  readonly symbolSection: number;
};

export const sectionTypes = {
  none: 0,
  progBits: 1,
  symbols: 2,
  strings: 3,
  rela: 4,
  noBits: 8,
  rel: 9,
} as const;
export const symbolTypes = { object: 1, function: 2, section: 3 } as const;
/** Sections from here on are none: what is absolute, or common to several files. */
export const firstReserved = 0xff00;

const headerBytes = 64;
const sectionBytes = 64;
const symbolBytes = 24;
const machines: Readonly<Record<number, string>> = {
  3: 'x86',
  40: 'arm',
  62: 'x86-64',
  183: 'arm64',
  243: 'RISC-V',
};
const kinds: Readonly<Record<number, string>> = {
  2: 'an executable',
  3: 'a shared library',
  4: 'a core dump',
};

/** Throws `object_open` for what is no sound object file for BPF. Keeps `bytes`. */
export function readElf(bytes: Buffer): ElfFile {
  checkHeader(bytes);
  const sections = readSections(bytes);
  const tables = sections.filter(({ type }) => type === sectionTypes.symbols);
  const [table, second] = tables;
  if (table === undefined)
    throw fault('it has no symbols: strip removed them', 'an object that is not stripped is needed');
  if (second !== undefined) throw fault('it has two symbol tables');
  return { sections, symbols: readSymbols(table, sections), symbolSection: table.index };
}

function checkHeader(bytes: Buffer): void {
  const needed = 'an object made by clang -target bpf is needed';
  if (bytes.length < headerBytes || bytes.readUInt32BE(0) !== 0x7f454c46) {
    throw fault(bytes.length === 0 ? 'the file is empty' : 'it is no ELF file', needed);
  }
  if (bytes[4] !== 2) throw fault('it is an ELF file of 32 bits', needed);
  if (bytes[5] !== 1) throw fault('it was made for a big-endian machine', 'clang -target bpfel is needed');
  const [type, machine] = [bytes.readUInt16LE(16), bytes.readUInt16LE(18)];
  // Compilers before LLVM 4 left the machine out.
  if (machine !== 247 && machine !== 0) {
    throw fault(`it was made for ${machines[machine] ?? `machine ${machine}`}, not for BPF`, needed);
  }
  if (type !== 1) throw fault(`it is ${kinds[type] ?? `an ELF file of type ${type}`}`, needed);
}

function readSections(bytes: Buffer): ElfSection[] {
  const at = u64(bytes, 40);
  const [entryBytes, count, namesIndex] = [58, 60, 62].map((offset) => bytes.readUInt16LE(offset)) as [
    number,
    number,
    number,
  ];
  if (entryBytes !== sectionBytes)
    throw fault(`its sections are described by ${entryBytes} bytes each, not by 64`);
  if (count === 0 || at + count * sectionBytes > bytes.length)
    throw fault(`it is cut off before its ${count} sections are described`);
  const raw = Array.from({ length: count }, (_, index) =>
    readSection(bytes, at + index * sectionBytes, index),
  );
  const names = raw[namesIndex];
  if (names === undefined || !isStrings(names)) throw fault('the names of its sections cannot be read');
  return raw.map(({ nameAt, ...section }) => {
    if (nameAt >= names.size) throw fault(`the name of section ${section.index} is past all names`);
    if (section.link >= count)
      throw fault(`section ${section.index} is linked to section ${section.link} of ${count}`);
    return { ...section, name: stringAt(names.data, nameAt) };
  });
}

type RawSection = Omit<ElfSection, 'name'> & { readonly nameAt: number };

function readSection(bytes: Buffer, at: number, index: number): RawSection {
  const word = (offset: number): number => bytes.readUInt32LE(at + offset);
  const type = word(4);
  const [flags, offset, size, align, entryBytes] = [8, 24, 32, 48, 56].map((field) =>
    u64(bytes, at + field),
  ) as [number, number, number, number, number];
  const inFile = type !== sectionTypes.noBits && type !== sectionTypes.none;
  if (size > 0x7fffffff || (inFile && offset + size > bytes.length)) {
    throw fault(`section ${index} ends at byte ${offset + size} of ${bytes.length}`);
  }
  // libelf copies what is not aligned as it says, but takes any number for it.
  if (align > 4096 || !Number.isInteger(Math.log2(align || 1)))
    throw fault(`section ${index} is aligned to ${align} bytes`);
  return {
    index,
    nameAt: word(0),
    type,
    isCode: type === sectionTypes.progBits && (flags & 4) !== 0,
    size: type === sectionTypes.none ? 0 : size,
    data: inFile ? bytes.subarray(offset, offset + size) : Buffer.alloc(0),
    link: word(40),
    info: word(44),
    entryBytes,
  };
}

function readSymbols(table: ElfSection, sections: readonly ElfSection[]): ElfSymbol[] {
  const { data, entryBytes, link } = table;
  const names = sections[link];
  if (names === undefined || !isStrings(names)) throw fault('the names of its symbols cannot be read');
  if (entryBytes !== symbolBytes || data.length % symbolBytes !== 0 || data.length === 0) {
    throw fault(`its symbols are ${data.length} bytes in entries of ${entryBytes}, not of ${symbolBytes}`);
  }
  return Array.from({ length: data.length / symbolBytes }, (_, index) => {
    const at = index * symbolBytes;
    const nameAt = data.readUInt32LE(at);
    if (nameAt >= names.size) throw fault(`the name of symbol ${index} is past all names`);
    const symbol = {
      name: stringAt(names.data, nameAt),
      type: data[at + 4]! & 0xf,
      section: data.readUInt16LE(at + 6),
      value: u64(data, at + 8),
      size: u64(data, at + 16),
    };
    if (symbol.section < firstReserved) checkPlace(symbol, index, sections);
    return symbol;
  });
}

function checkPlace(
  { name, section, value, size }: ElfSymbol,
  index: number,
  sections: readonly ElfSection[],
): void {
  const place = sections[section];
  if (place === undefined)
    throw fault(`symbol ${index} ${shown(name)} is in section ${section} of ${sections.length}`);
  if (section !== 0 && value + size > place.size) {
    throw fault(
      `symbol ${index} ${shown(name)} ends at byte ${value + size} of the ${place.size} of section ${shown(place.name)}`,
    );
  }
}

function isStrings({ type, data }: Pick<ElfSection, 'type' | 'data'>): boolean {
  return type === sectionTypes.strings && data.length > 0 && data.at(-1) === 0;
}

function stringAt(strings: Buffer, at: number): string {
  return strings.toString('latin1', at, strings.indexOf(0, at));
}

/** Exact up to 2^53; what is larger is past every file. */
function u64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
