import { btfKinds as kinds } from '../bpf/btf-table.ts';
import { mapTypes } from '../bpf/map-types.ts';
import { recordMapValueBytes } from '../bpf/object.ts';
import type { MapShape } from '../layout/map-shape.ts';
import type { ObjectFile } from './object-file.ts';

/** A map as its object defines it: `struct { __uint(type, ...); __type(key, u32); ... } NAME SEC(".maps")`. */
export type ObjectMap = MapShape & { readonly maxEntries: number };

type Btf = NonNullable<ObjectFile['btf']>;

/** The maps that libbpf makes of an object: those that it defines, in their order, then a map for each section of globals. */
export function objectMaps({ btf, elf }: ObjectFile): ObjectMap[] {
  if (btf === undefined) return [];
  const defined: ObjectMap[] = [];
  const globals: ObjectMap[] = [];
  for (let id = 1; id < btf.types.count; id++) {
    if (btf.types.type(id).kind !== kinds.section) continue;
    const section = btf.types.name(id);
    if (section === '.maps') {
      for (let i = 0; i < btf.types.type(id).count; i++)
        defined.push(definedMap(btf, btf.types.word(id, i * 3)));
    } else if (/^\.(rodata|data|bss)(\.|$)/.test(section)) {
      const valueSize = elf.sections.find(({ name }) => name === section)?.size ?? 0;
      const valueType = btf.shapes.type(id);
      globals.push({
        name: section,
        type: mapTypes.array,
        keySize: 4,
        valueSize,
        maxEntries: 1,
        keyType: undefined,
        valueType,
      });
    }
  }
  return [...defined, ...globals];
}

/** Of a variable in `.maps`: numbers are the lengths of arrays, types those of pointers. */
function definedMap({ types, shapes }: Btf, variable: number): ObjectMap {
  const map = { name: types.name(variable), type: 0, keySize: 0, valueSize: 0, maxEntries: 0 };
  const found: { keyType?: number; valueType?: number } = {};
  for (const { name, type } of types.members(types.unwrap(types.type(variable).sizeOrType))) {
    const pointer = types.type(types.unwrap(type));
    if (pointer.kind !== kinds.pointer) continue;
    const target = types.unwrap(pointer.sizeOrType);
    const number = types.type(target).kind === kinds.array ? types.array(target)[1] : 0;
    if (name === 'type') map.type = number;
    else if (name === 'max_entries') map.maxEntries = number;
    else if (name === 'key_size') map.keySize = number;
    else if (name === 'value_size') map.valueSize = number;
    else if (name === 'key') found.keyType = pointer.sizeOrType;
    else if (name === 'value') found.valueType = pointer.sizeOrType;
  }
  const keyType = found.keyType === undefined ? undefined : shapes.type(found.keyType);
  const valueType = found.valueType === undefined ? undefined : shapes.type(found.valueType);
  // What is said to be the value of records is their type, and no value of the map.
  const recordsSize = valueType && recordMapValueBytes.get(map.type);
  return {
    ...map,
    keySize: keyType?.size ?? map.keySize,
    valueSize: recordsSize ?? valueType?.size ?? map.valueSize,
    keyType,
    valueType,
  };
}
