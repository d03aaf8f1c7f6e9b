import { sectionTypes } from './elf-file.ts';

/** ELF objects that tests write down, as clang -target bpf would make them. */

export type TestSection = {
  readonly name: string;
  readonly type: number;
  readonly flags?: number;
  readonly data: Buffer;
  /** For a section without bytes in the file. */
  readonly size?: number;
  readonly link?: string;
  readonly info?: string;
  readonly entryBytes?: number;
};

export type TestSymbol = {
  readonly name: string;
  readonly info: number;
  readonly section: string;
  readonly value?: number;
  readonly size?: number;
};

const names = '.names';
const symbolNames = '.strtab';

/** The bytes of an object with these sections, and their symbols and names. */
export function elf(sections: readonly TestSection[], symbols: readonly TestSymbol[]): Buffer {
  const texts = strings(['', ...symbols.map(({ name }) => name)]);
  const symtab = { name: '.symtab', type: sectionTypes.symbols, link: symbolNames, entryBytes: 24 };
  const strtab = { name: symbolNames, type: sectionTypes.strings, data: texts.bytes };
  const all: TestSection[] = [{ name: '', type: 0, data: Buffer.alloc(0) }, ...sections];
  const indexOf = (name: string | undefined): number =>
    [...all, symtab, strtab].findIndex((one) => one.name === (name ?? ''));
  all.push(
    {
      ...symtab,
      data: Buffer.concat([
        Buffer.alloc(24),
        ...symbols.map((symbol) => symbolBytes(symbol, texts.at, indexOf)),
      ]),
    },
    strtab,
  );
  const labels = strings([...all.map(({ name }) => name), names]);
  all.push({ name: names, type: sectionTypes.strings, data: labels.bytes });

  const header = Buffer.alloc(64);
  header.write('7f454c46020101', 'hex');
  header.writeUInt16LE(1, 16);
  header.writeUInt16LE(247, 18);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(all.length, 60);
  header.writeUInt16LE(all.length - 1, 62);
  const parts: Buffer[] = [header];
  const headers = all.map((section) => {
    const offset = Buffer.concat(parts).length;
    parts.push(section.data, Buffer.alloc(-section.data.length & 7));
    return sectionHeader(section, labels.at(section.name), offset, indexOf);
  });
  header.writeBigUInt64LE(BigInt(Buffer.concat(parts).length), 40);
  return Buffer.concat([...parts, ...headers]);
}

/** `struct Elf64_Rel`: the place, and the number of the symbol. */
export function relocation(offset: number, symbol: number): Buffer {
  return words([offset, 0, 1, symbol]);
}

export function words(list: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(list).buffer);
}

function symbolBytes(
  { name, info, section, value = 0, size = 0 }: TestSymbol,
  at: (name: string) => number,
  indexOf: (name: string) => number,
): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32LE(at(name), 0);
  bytes.writeUInt8(info, 4);
  bytes.writeUInt16LE(indexOf(section), 6);
  bytes.writeBigUInt64LE(BigInt(value), 8);
  bytes.writeBigUInt64LE(BigInt(size), 16);
  return bytes;
}

function sectionHeader(
  section: TestSection,
  nameAt: number,
  offset: number,
  indexOf: (name: string | undefined) => number,
): Buffer {
  const { type, flags = 0, data, size = data.length, link, info, entryBytes = 0 } = section;
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(nameAt, 0);
  bytes.writeUInt32LE(type, 4);
  for (const [at, value] of [
    [8, flags],
    [24, offset],
    [32, size],
    [48, 8],
    [56, entryBytes],
  ] as const) {
    bytes.writeBigUInt64LE(BigInt(value), at);
  }
  bytes.writeUInt32LE(indexOf(link), 40);
  bytes.writeUInt32LE(indexOf(info), 44);
  return bytes;
}

function strings(texts: readonly string[]): { bytes: Buffer; at: (text: string) => number } {
  const joined = `${[...new Set(['', ...texts])].join('\0')}\0`;
  return { bytes: Buffer.from(joined), at: (text) => (text === '' ? 0 : joined.indexOf(`\0${text}\0`) + 1) };
}
