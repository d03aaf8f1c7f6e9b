import { readFileSync } from 'node:fs';
import { Btf } from '../bpf/btf.ts';
import { BtfTable, btfKinds as kinds } from '../bpf/btf-table.ts';
import {
  type ElfFile,
  type ElfSymbol,
  firstReserved,
  readElf,
  sectionTypes,
  symbolTypes,
} from '../bpf/elf-file.ts';
import { BtfTypes } from './btf-types.ts';
import { type ExtRecords, readExtRecords } from './ext-records.ts';

/** A function that becomes a program of its own. */
export type ObjectProgram = {
  readonly name: string;
  /** Without the `?` of one that is not loaded. */
  readonly section: string;
  readonly autoload: boolean;
  /** Where it is: the section as the object names it, and its offset there. */
  readonly code: string;
  readonly offset: number;
};

/** A symbol that is not in the object: the kernel or libbpf has it. */
export type Extern = {
  readonly name: string;
  /** Undefined: of neither of libbpf's two sections. */
  readonly section: '.ksyms' | '.kconfig' | undefined;
  readonly isFunction: boolean;
  /** The object's type of a variable; 0: it has none. */
  readonly type: number;
  /** A weak one may be absent: the program asks. */
  readonly weak: boolean;
};

/** What an instruction refers to by a relocation. */
export type Reference = {
  readonly symbol: string;
  /** The section of the symbol; undefined: it is extern. */
  readonly section: string | undefined;
  /** Of the symbol in its section. */
  readonly value: number;
};

/** An object file, taken apart. */
export type ObjectFile = {
  readonly path: string;
  readonly elf: ElfFile;
  readonly programs: readonly ObjectProgram[];
  readonly externs: readonly Extern[];
  readonly license: string;
  /** What its BTF describes; undefined without -g. */
  readonly btf: { readonly table: BtfTable; readonly types: BtfTypes; readonly shapes: Btf } | undefined;
  readonly ext: ExtRecords;
  /** The bytes of a section; undefined when there is none, or none in the file. */
  data(section: string): Buffer | undefined;
  /** By section of code and offset in it. */
  reference(section: string, offset: number): Reference | undefined;
};

/** Takes an object apart that `checkObjectFile` has seen. */
export function readObjectFile(path: string): ObjectFile {
  const elf = readElf(readFileSync(path));
  const section = (name: string): Buffer | undefined =>
    elf.sections.find((one) => one.name === name && one.type === sectionTypes.progBits)?.data;
  const raw = section('.BTF');
  const table = raw === undefined ? undefined : new BtfTable(raw);
  const btf = table && { table, types: new BtfTypes(table), shapes: new Btf(raw!) };
  const license = section('license');
  const references = readReferences(elf);
  return {
    path,
    elf,
    programs: readPrograms(elf),
    externs: readExterns(elf, btf?.types),
    license:
      license?.toString('latin1', 0, license.indexOf(0) < 0 ? license.length : license.indexOf(0)) ?? '',
    btf,
    ext: readExtRecords(btf && section('.BTF.ext'), (at) => btf?.types.string(at) ?? ''),
    data: section,
    reference: (code, offset) => references.get(code)?.get(offset),
  };
}

function readPrograms({ sections, symbols, symbolName }: ElfFile): ObjectProgram[] {
  return symbols.flatMap((symbol) => {
    const code = sections[symbol.section];
    if (symbol.type !== symbolTypes.function || !code?.isCode || code.name === '.text') return [];
    const { name } = code;
    return [
      {
        name: symbolName(symbol),
        section: name.replace(/^\?/, ''),
        autoload: !name.startsWith('?'),
        code: name,
        offset: symbol.value,
      },
    ];
  });
}

function readExterns(elf: ElfFile, types: BtfTypes | undefined): Extern[] {
  const described = new Map(types === undefined ? [] : externsOf(types));
  return elf.symbols.flatMap((symbol) => {
    const name = symbol.section === 0 && symbol.index > 0 ? elf.symbolName(symbol) : '';
    const extern = described.get(name);
    if (name === '') return [];
    const weak = bindingOf(elf, symbol) === 2;
    return [{ name, weak, ...(extern ?? { section: undefined, isFunction: true, type: 0 }) }];
  });
}

/** Those that BTF lists in one of libbpf's two sections. */
function* externsOf(types: BtfTypes): Iterable<[string, Pick<Extern, 'section' | 'isFunction' | 'type'>]> {
  for (let id = 1; id < types.count; id++) {
    const { kind, count } = types.type(id);
    const section = kind === kinds.section ? types.name(id) : '';
    if (section !== '.ksyms' && section !== '.kconfig') continue;
    for (let i = 0; i < count; i++) {
      const symbol = types.word(id, i * 3);
      const raw = types.type(symbol);
      const isFunction = raw.kind === kinds.function;
      const type = isFunction ? 0 : types.unwrap(raw.sizeOrType);
      yield [types.name(symbol), { section, isFunction, type }];
    }
  }
}

/** `STB_*` of elf.h. */
function bindingOf({ sections, symbolSection }: ElfFile, { index }: ElfSymbol): number {
  return sections[symbolSection]!.data[index * 24 + 4]! >> 4;
}

function readReferences({ sections, symbols, symbolName }: ElfFile): Map<string, Map<number, Reference>> {
  const references = new Map<string, Map<number, Reference>>();
  for (const { type, info, data } of sections) {
    const code = sections[info];
    if (type !== sectionTypes.rel || !code?.isCode) continue;
    const own = references.get(code.name) ?? new Map<number, Reference>();
    references.set(code.name, own);
    for (let at = 0; at < data.length; at += 16) {
      const symbol = symbols[data.readUInt32LE(at + 12)]!;
      const isElsewhere = symbol.section === 0 || symbol.section >= firstReserved;
      own.set(data.readUInt32LE(at), {
        symbol: symbolName(symbol),
        section: isElsewhere ? undefined : sections[symbol.section]?.name,
        value: symbol.value,
      });
    }
  }
  return references;
}
