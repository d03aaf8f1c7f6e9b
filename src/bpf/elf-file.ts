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
  readonly index: number;
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
  /** For messages: most symbols' names are never read. */
  symbolName(symbol: ElfSymbol): string;
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
  const [table, second] = sections.filter(({ type }) => type === sectionTypes.symbols);
  if (table === undefined)
    throw fault('it has no symbols: strip removed them', 'an object that is not stripped is needed');
  if (second !== undefined) throw fault('it has two symbol tables');
  const names = sections[table.link];
  if (names === undefined || !isStrings(names)) throw fault('the names of its symbols cannot be read');
  return {
    sections,
    symbols: readSymbols(table, sections, names),
    symbolName: ({ index }) => stringAt(names.data, table.data.readUInt32LE(index * symbolBytes)),
    symbolSection: table.index,
  };
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

/*
 * This runs once for each object at start, before V8 compiles anything of it: hence DataView, whose reads are V8's own,
 * and loops. Written with arrays and Buffer's methods it took three times as long.
 */

function readSections(bytes: Buffer): ElfSection[] {
  const view = viewOf(bytes);
  const at = u64(view, 40);
  const entryBytes = view.getUint16(58, true);
  const count = view.getUint16(60, true);
  if (entryBytes !== sectionBytes) {
    throw fault(`its sections are described by ${entryBytes} bytes each, not by 64`);
  }
  if (count === 0 || at + count * sectionBytes > bytes.length) {
    throw fault(`it is cut off before its ${count} sections are described`);
  }
  const namesAt = at + view.getUint16(62, true) * sectionBytes;
  if (namesAt >= at + count * sectionBytes) throw fault('the names of its sections cannot be read');
  const names = contents(bytes, view, namesAt);
  if (!isStrings({ type: view.getUint32(namesAt + 4, true), data: names })) {
    throw fault('the names of its sections cannot be read');
  }
  const sections: ElfSection[] = [];
  for (let index = 0; index < count; index++) {
    const section = readSection(bytes, view, at + index * sectionBytes, index, names);
    if (section.link >= count) {
      throw fault(`section ${index} is linked to section ${section.link} of ${count}`);
    }
    sections.push(section);
  }
  return sections;
}

function readSection(bytes: Buffer, view: DataView, at: number, index: number, names: Buffer): ElfSection {
  const nameAt = view.getUint32(at, true);
  if (nameAt >= names.length) throw fault(`the name of section ${index} is past all names`);
  const type = view.getUint32(at + 4, true);
  const offset = u64(view, at + 24);
  const size = u64(view, at + 32);
  const align = u64(view, at + 48);
  const inFile = type !== sectionTypes.noBits && type !== sectionTypes.none;
  if (size > 0x7fffffff || (inFile && offset + size > bytes.length)) {
    throw fault(`section ${index} ends at byte ${offset + size} of ${bytes.length}`);
  }
  // libelf copies what is not aligned as it says, but takes any number for it.
  if (align > 0x40000000 || (align & (align - 1)) !== 0)
    throw fault(`section ${index} is aligned to ${align} bytes`);
  return {
    index,
    name: stringAt(names, nameAt),
    type,
    isCode: type === sectionTypes.progBits && (view.getUint32(at + 8, true) & 4) !== 0,
    size: type === sectionTypes.none ? 0 : size,
    data: inFile ? contents(bytes, view, at) : noBytes,
    link: view.getUint32(at + 40, true),
    info: view.getUint32(at + 44, true),
    entryBytes: u64(view, at + 56),
  };
}

function readSymbols(table: ElfSection, sections: readonly ElfSection[], names: ElfSection): ElfSymbol[] {
  const { data, entryBytes } = table;
  if (entryBytes !== symbolBytes || data.length % symbolBytes !== 0 || data.length === 0) {
    throw fault(`its symbols are ${data.length} bytes in entries of ${entryBytes}, not of ${symbolBytes}`);
  }
  const view = viewOf(data);
  const symbols: ElfSymbol[] = [];
  for (let at = 0; at < data.length; at += symbolBytes) {
    const index = at / symbolBytes;
    const nameAt = view.getUint32(at, true);
    if (nameAt >= names.size) throw fault(`the name of symbol ${index} is past all names`);
    const section = view.getUint16(at + 6, true);
    const symbol = {
      index,
      type: view.getUint8(at + 4) & 0xf,
      section,
      value: u64(view, at + 8),
      size: u64(view, at + 16),
    };
    if (section !== 0 && section < firstReserved) {
      checkPlace(symbol, sections, () => shown(stringAt(names.data, nameAt)));
    }
    symbols.push(symbol);
  }
  return symbols;
}

function checkPlace(
  { index, section, value, size }: ElfSymbol,
  sections: readonly ElfSection[],
  name: () => string,
): void {
  const place = sections[section];
  if (place === undefined) {
    throw fault(`symbol ${index} ${name()} is in section ${section} of ${sections.length}`);
  }
  if (value + size > place.size) {
    throw fault(
      `symbol ${index} ${name()} ends at byte ${value + size} of the ${place.size} of section ${shown(place.name)}`,
    );
  }
}

const noBytes = Buffer.alloc(0);

function contents(bytes: Buffer, view: DataView, header: number): Buffer {
  const offset = u64(view, header + 24);
  return bytes.subarray(offset, offset + u64(view, header + 32));
}

function isStrings({ type, data }: Pick<ElfSection, 'type' | 'data'>): boolean {
  return type === sectionTypes.strings && data.length > 0 && data.at(-1) === 0;
}

function stringAt(strings: Buffer, at: number): string {
  return strings.toString('latin1', at, strings.indexOf(0, at));
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Exact up to 2^53; what is larger is past every file. */
function u64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}
