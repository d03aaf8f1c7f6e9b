import { type BtfTable, btfKinds as kinds, type RawType } from './btf-table.ts';
import { fault } from './fault.ts';

/** Deeper than any kernel's own types. Some of libbpf's walks call themselves for every level. */
const deepest = 200;

/** What holds another type in itself, so that a circle of them has no end. */
const holders: readonly number[] = [
  kinds.typedef, kinds.volatile, kinds.const, kinds.restrict, kinds.typeTag,
  kinds.array, kinds.struct, kinds.union, kinds.variable, kinds.function,
]; // biome-ignore format: a list

/** Words of each part of a type, and which of them are its name and its type; -1 for what it has not. */
const partWords: Readonly<Record<number, { words: number; name: number; type: number }>> = {
  [kinds.array]: { words: 1, name: -1, type: 0 }, // its element and its index; both are types
  [kinds.struct]: { words: 3, name: 0, type: 1 },
  [kinds.union]: { words: 3, name: 0, type: 1 },
  [kinds.enum]: { words: 2, name: 0, type: -1 },
  [kinds.enum64]: { words: 3, name: 0, type: -1 },
  [kinds.functionProto]: { words: 2, name: 0, type: 1 },
  [kinds.section]: { words: 3, name: -1, type: 0 },
};
/** Kinds in whose `sizeOrType` there is a type. */
const referring: readonly number[] = [
  kinds.pointer, kinds.typedef, kinds.volatile, kinds.const, kinds.restrict, kinds.function, kinds.functionProto,
  kinds.variable, kinds.declTag, kinds.typeTag,
]; // biome-ignore format: a list
/** What only a section, or nothing, refers to. */
const declarations: readonly number[] = [kinds.variable, kinds.function, kinds.section];

/**
 * That every number in the types is one that libbpf and the kernel may follow: type ids, names, sizes, no circles.
 * Throws `object_open`. Loops without an object for each part: it runs once, before V8 compiles anything of it.
 */
export function checkBtf(table: BtfTable): void {
  if (table.types.length > 1_000_000) throw fault(`BTF: it has ${table.types.length} types`);
  const depths = new Uint16Array(table.types.length);
  for (let id = 1; id < table.types.length; id++) checkType(table, id);
  for (let id = 1; id < table.types.length; id++) depthOf(table, id, depths, 0);
}

function checkType(table: BtfTable, id: number): void {
  const type = table.type(id);
  const { kind, nameAt } = type;
  checkName(table, id, nameAt);
  if (referring.includes(kind)) checkReference(table, id, kind, type.sizeOrType);
  checkSize(table, id, type);
  const part = partWords[kind];
  if (part === undefined) return;
  for (let i = 0; i < partsOf(type); i++) {
    if (part.name >= 0) checkName(table, id, table.word(type, i * part.words + part.name));
    if (part.type >= 0) checkReference(table, id, kind, table.word(type, i * part.words + part.type));
    checkPlace(table, id, type, i * part.words);
  }
}

function partsOf({ kind, count }: RawType): number {
  return kind === kinds.array ? 2 : count;
}

function checkName(table: BtfTable, id: number, at: number): void {
  if (at >= table.stringBytes)
    throw fault(`BTF: a name of type ${id} is at byte ${at} of ${table.stringBytes}`);
}

function checkReference(table: BtfTable, id: number, kind: number, to: number): void {
  if (to >= table.types.length)
    throw fault(`BTF: type ${id} refers to type ${to} of ${table.types.length - 1}`);
  const toKind = table.type(to).kind;
  if (mayReferTo(kind, toKind)) return;
  throw fault(`BTF: type ${id} of kind ${kind} refers to type ${to} of kind ${toKind}`);
}

function mayReferTo(kind: number, to: number): boolean {
  if (kind === kinds.declTag) return to !== kinds.void;
  if (kind === kinds.function) return to === kinds.functionProto;
  if (kind === kinds.section) return to === kinds.variable || to === kinds.function;
  if (declarations.includes(to)) return false;
  // A variable of void is what `extern const void x __ksym` is.
  const needsSize = kind === kinds.struct || kind === kinds.union || kind === kinds.array;
  return !needsSize || to !== kinds.void;
}

function checkSize(table: BtfTable, id: number, type: RawType): void {
  const { kind, sizeOrType: size } = type;
  if (kind === kinds.int) {
    const word = table.word(type, 0);
    const bits = ((word >>> 16) & 0xff) + (word & 0xff);
    if (![1, 2, 4, 8, 16].includes(size) || (word & 0xff) === 0 || bits > size * 8) {
      throw fault(`BTF: type ${id} is an integer of ${size} bytes and ${bits} bits`);
    }
  }
  if (kind === kinds.float && ![2, 4, 8, 12, 16].includes(size)) {
    throw fault(`BTF: type ${id} is a floating-point number of ${size} bytes`);
  }
  // One that is only declared has no size.
  const enumSizes = type.count === 0 ? [0, 1, 2, 4, 8] : [1, 2, 4, 8];
  if ((kind === kinds.enum || kind === kinds.enum64) && !enumSizes.includes(size)) {
    throw fault(`BTF: type ${id} is an enum of ${size} bytes`);
  }
}

/** Of the part whose words begin at `word`. */
function checkPlace(table: BtfTable, id: number, type: RawType, word: number): void {
  if (type.kind === kinds.struct || type.kind === kinds.union) {
    const position = table.word(type, word + 2);
    const end = type.flag ? (position & 0xffffff) + (position >>> 24) : position;
    if (end > type.sizeOrType * 8) {
      throw fault(`BTF: type ${id} has a member at bit ${end} of ${type.sizeOrType * 8}`);
    }
  } else if (type.kind === kinds.section) {
    const end = table.word(type, word + 1) + table.word(type, word + 2);
    if (end > 0x7fffffff) throw fault(`BTF: type ${id} has a variable at byte ${end}`);
  }
}

/** How deep a type is nested in itself. */
function depthOf(table: BtfTable, id: number, depths: Uint16Array, above: number): number {
  if (depths[id]! > 0) return depths[id]!;
  if (above > deepest) {
    throw fault(`BTF: type ${id} contains itself, or more than ${deepest} levels of others`);
  }
  const type = table.type(id);
  let depth = 1;
  const hold = (inner: number): void => {
    if (inner !== 0) depth = Math.max(depth, 1 + depthOf(table, inner, depths, above + 1));
  };
  if (holders.includes(type.kind)) {
    const part = partWords[type.kind];
    if (part === undefined) hold(type.sizeOrType);
    else if (type.kind === kinds.array) hold(table.word(type, 0));
    else for (let i = 0; i < type.count; i++) hold(table.word(type, i * part.words + part.type));
  }
  if (depth > deepest) throw fault(`BTF: type ${id} has more than ${deepest} levels of others in it`);
  depths[id] = depth;
  return depth;
}
