import { Btf } from './btf.ts';
import { BtfTable, btfKinds as kinds, type RawType } from './btf-table.ts';
import type { BtfType } from './btf-type.ts';
import { type ElfFile, sectionTypes } from './elf-file.ts';
import type { BpfMap } from './loaded-object.ts';
import { mapTypes } from './map-types.ts';

/** A map as an object file declares it. `maxEntries` is 0 where the program's loader is to say it. */
export type DeclaredMap = Omit<BpfMap, 'fd'>;

/** What an object file says of its maps and types, without libbpf or a kernel. */
export type Declarations = {
  /** In the order of the object; then its sections of global variables, `.bss`, `.data` and `.rodata`, as libbpf makes maps of them. */
  readonly maps: readonly DeclaredMap[];
  /** Undefined when the object was compiled without `-g`. */
  readonly types: Btf | undefined;
};

/** Reads the declarations of a sound object (`checkObject`). Maps of the old form, `SEC("maps")`, are not among them. */
export function readDeclarations(file: ElfFile): Declarations {
  const section = file.sections.find(({ name }) => name === '.BTF');
  if (section === undefined) return { maps: [], types: undefined };
  const table = new BtfTable(section.data);
  const types = new Btf(section.data);
  const sections = table.types.flatMap((type, id) =>
    type.kind === kinds.section ? [{ id, type, name: table.string(type.nameAt) }] : [],
  );
  const maps = sections.filter(({ name }) => name === '.maps').map(({ type }) => mapsOf(table, types, type));
  const globals = sections.flatMap(({ id, name }) => globalsMap(file, name, types.type(id)));
  return { maps: [...maps.flat(), ...globals], types };
}

function mapsOf(table: BtfTable, types: Btf, section: RawType): DeclaredMap[] {
  return Array.from({ length: section.count }, (_, i) => {
    const variable = table.type(table.word(section, i * 3));
    return mapOf(table, types, variable);
  });
}

/** `struct { __uint(type, N); __type(key, T); ... } NAME SEC(".maps")`. */
function mapOf(table: BtfTable, types: Btf, variable: RawType): DeclaredMap {
  const struct = unwrap(table, variable.sizeOrType);
  const members = new Map(
    Array.from({ length: struct.count }, (_, i) => [
      table.string(table.word(struct, i * 3)),
      table.word(struct, i * 3 + 1),
    ]),
  );
  const pointed = (name: string): number | undefined => {
    const id = members.get(name);
    return id === undefined ? undefined : unwrap(table, id).sizeOrType;
  };
  const number = (name: string): number | undefined => {
    const id = pointed(name);
    const array = id === undefined ? undefined : unwrap(table, id);
    return array?.kind === kinds.array ? table.word(array, 2) : undefined;
  };
  const type = (name: string): BtfType | undefined => {
    const id = pointed(name);
    return id === undefined ? undefined : types.type(id);
  };
  const keyType = type('key');
  const valueType = type('value');
  return {
    name: table.string(variable.nameAt),
    type: number('type') ?? 0,
    keySize: number('key_size') ?? keyType?.size ?? 0,
    valueSize: number('value_size') ?? valueType?.size ?? 0,
    maxEntries: number('max_entries') ?? 0,
    keyType,
    valueType,
  };
}

function globalsMap(file: ElfFile, name: string, valueType: BtfType): DeclaredMap[] {
  const section = file.sections.find((one) => one.name === name);
  if (section === undefined || !/^\.(bss|data|rodata)(\.|$)/.test(name)) return [];
  if (section.type !== sectionTypes.progBits && section.type !== sectionTypes.noBits) return [];
  const { size } = section;
  return [
    { name, type: mapTypes.array, keySize: 4, valueSize: size, maxEntries: 1, keyType: undefined, valueType },
  ];
}

/** Without typedefs and qualifiers, of which a sound object has no circles. */
function unwrap(table: BtfTable, id: number): RawType {
  const type = table.type(id);
  const through: readonly number[] = [
    kinds.typedef,
    kinds.volatile,
    kinds.const,
    kinds.restrict,
    kinds.typeTag,
  ];
  return through.includes(type.kind) ? unwrap(table, type.sizeOrType) : type;
}
