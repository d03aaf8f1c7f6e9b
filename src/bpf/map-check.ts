import { type BtfTable, btfKinds as kinds, type RawType } from './btf-table.ts';
import type { ElfSection } from './elf-file.ts';
import { fault, shown } from './fault.ts';

const structOps = 26;

/** That what BTF says of the sections `.maps` and `.struct_ops` lies in them, and is what libbpf can make maps of. */
export function checkMaps(table: BtfTable, sections: readonly ElfSection[]): void {
  for (const type of table.types) {
    if (type.kind !== kinds.section) continue;
    const name = table.string(type.nameAt);
    const section = sections.find((one) => one.name === name);
    if (section === undefined || (name !== '.maps' && name !== '.struct_ops')) continue;
    for (let i = 0; i < type.count; i++) {
      const [id, offset, size] = [0, 1, 2].map((word) => table.word(type, i * 3 + word)) as [
        number,
        number,
        number,
      ];
      const variable = table.type(id);
      const label = `${name === '.maps' ? 'map' : 'struct_ops'} ${shown(table.string(variable.nameAt))}`;
      if (variable.kind !== kinds.variable) throw fault(`${label} is no variable`);
      const struct = unwrap(table, variable.sizeOrType);
      if (struct.kind !== kinds.struct) throw fault(`${label} is no struct`);
      if (offset + Math.max(size, struct.sizeOrType) > section.size)
        throw fault(`${label} ends behind the ${section.size} bytes of its section`);
      if (name === '.maps' && definedType(table, struct) === structOps) {
        throw fault(`${label} is of type struct_ops in section .maps`, 'SEC(".struct_ops") is needed for it');
      }
    }
  }
}

/** The number that `__uint(type, N)` hides in the length of an array. */
function definedType(table: BtfTable, struct: RawType): number | undefined {
  for (let i = 0; i < struct.count; i++) {
    if (table.string(table.word(struct, i * 3)) !== 'type') continue;
    const array = unwrap(table, unwrap(table, table.word(struct, i * 3 + 1)).sizeOrType);
    return array.kind === kinds.array ? table.word(array, 2) : undefined;
  }
  return undefined;
}

/** Without typedefs and qualifiers. There are no circles of them. */
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
