import { type BtfTable, btfKinds as kinds, type RawType } from './btf-table.ts';
import { fault } from './fault.ts';

/** Deeper than any kernel's own types. Some of libbpf's walks call themselves for every level. */
const deepest = 200;

/** What holds another type in itself, so that a circle of them has no end. */
const holders: readonly number[] = [
  kinds.typedef, kinds.volatile, kinds.const, kinds.restrict, kinds.typeTag,
  kinds.array, kinds.struct, kinds.union, kinds.variable, kinds.function,
]; // biome-ignore format: a list

/**
 * That every number in the types is one that libbpf and the kernel may follow: type ids, names, sizes, no circles.
 * Throws `object_open`.
 */
export function checkBtf(table: BtfTable): void {
  if (table.types.length > 1_000_000) throw fault(`BTF: it has ${table.types.length} types`);
  const depths = new Uint16Array(table.types.length);
  for (let id = 1; id < table.types.length; id++) {
    checkNames(table, id);
    checkReferences(table, id);
    checkSizes(table, id);
  }
  for (let id = 1; id < table.types.length; id++) depthOf(table, id, depths, 0);
}

/** The numbers of the types that a type consists of or refers to. */
function references(table: BtfTable, type: RawType): number[] {
  switch (type.kind) {
    case kinds.int:
    case kinds.enum:
    case kinds.enum64:
    case kinds.float:
    case kinds.forward:
      return [];
    case kinds.array:
      return [table.word(type, 0), table.word(type, 1)];
    case kinds.struct:
    case kinds.union:
      return parts(type).map((i) => table.word(type, i * 3 + 1));
    case kinds.section:
      return parts(type).map((i) => table.word(type, i * 3));
    case kinds.functionProto:
      return [type.sizeOrType, ...parts(type).map((i) => table.word(type, i * 2 + 1))];
    default:
      return [type.sizeOrType];
  }
}

function checkReferences(table: BtfTable, id: number): void {
  const type = table.type(id);
  const count = table.types.length;
  for (const to of references(table, type)) {
    if (to >= count) throw fault(`BTF: type ${id} refers to type ${to} of ${count - 1}`);
    const { kind } = table.type(to);
    if (!mayReferTo(type.kind, to, kind))
      throw fault(`BTF: type ${id} of kind ${type.kind} refers to type ${to} of kind ${kind}`);
  }
}

function mayReferTo(kind: number, to: number, toKind: number): boolean {
  switch (kind) {
    case kinds.function:
      return toKind === kinds.functionProto;
    case kinds.section:
      return toKind === kinds.variable || toKind === kinds.function;
    case kinds.struct:
    case kinds.union:
    case kinds.array:
    case kinds.variable:
      // An array of nothing, or a variable of void, is what `extern const void x __ksym` has.
      return (
        toKind !== kinds.variable &&
        toKind !== kinds.section &&
        toKind !== kinds.function &&
        (kind === kinds.variable || to !== 0)
      );
    case kinds.declTag:
      return to !== 0;
    default:
      return toKind !== kinds.variable && toKind !== kinds.section && toKind !== kinds.function;
  }
}

function checkNames(table: BtfTable, id: number): void {
  const type = table.type(id);
  const each = {
    [kinds.struct]: 3,
    [kinds.union]: 3,
    [kinds.enum]: 2,
    [kinds.enum64]: 3,
    [kinds.functionProto]: 2,
  }[type.kind];
  const names = [
    type.nameAt,
    ...(each === undefined ? [] : parts(type).map((i) => table.word(type, i * each))),
  ];
  const wrong = names.find((at) => at >= table.stringBytes);
  if (wrong !== undefined)
    throw fault(`BTF: a name of type ${id} is at byte ${wrong} of ${table.stringBytes}`);
  if (
    (type.kind === kinds.variable || type.kind === kinds.function || type.kind === kinds.section) &&
    type.nameAt === 0
  ) {
    throw fault(`BTF: type ${id} has no name`);
  }
}

const intSizes: readonly number[] = [1, 2, 4, 8, 16];
const floatSizes: readonly number[] = [2, 4, 8, 12, 16];

function checkSizes(table: BtfTable, id: number): void {
  const type = table.type(id);
  const { kind, sizeOrType: size } = type;
  const wrong = (what: string) => fault(`BTF: type ${id} ${what}`);
  if (kind === kinds.int) {
    const word = table.word(type, 0);
    const bits = ((word >>> 16) & 0xff) + (word & 0xff);
    if (!intSizes.includes(size) || (word & 0xff) === 0 || bits > size * 8)
      throw wrong(`is an integer of ${size} bytes and ${bits} bits`);
  }
  if (kind === kinds.float && !floatSizes.includes(size))
    throw wrong(`is a floating-point number of ${size} bytes`);
  if ((kind === kinds.enum || kind === kinds.enum64) && !intSizes.slice(0, 4).includes(size))
    throw wrong(`is an enum of ${size} bytes`);
  if (kind === kinds.struct || kind === kinds.union) {
    for (const i of parts(type)) {
      const position = table.word(type, i * 3 + 2);
      const end = type.flag ? (position & 0xffffff) + (position >>> 24) : position;
      if (end > size * 8) throw wrong(`has a member at bit ${end} of ${size * 8}`);
    }
  }
  if (kind === kinds.section) {
    for (const i of parts(type)) {
      const end = table.word(type, i * 3 + 1) + table.word(type, i * 3 + 2);
      if (end > 0x7fffffff) throw wrong(`has a variable at byte ${end}`);
    }
  }
}

/** How deep a type is nested in itself. */
function depthOf(table: BtfTable, id: number, depths: Uint16Array, above: number): number {
  const known = depths[id]!;
  if (known > 0) return known;
  if (above > deepest)
    throw fault(`BTF: type ${id} contains itself, or more than ${deepest} levels of others`);
  const type = table.type(id);
  let depth = 1;
  if (holders.includes(type.kind)) {
    // The second type of an array is that of its index.
    const held = type.kind === kinds.array ? [table.word(type, 0)] : references(table, type);
    for (const inner of held)
      if (inner !== 0) depth = Math.max(depth, 1 + depthOf(table, inner, depths, above + 1));
  }
  if (depth > deepest) throw fault(`BTF: type ${id} has more than ${deepest} levels of others in it`);
  depths[id] = depth;
  return depth;
}

function parts({ count }: RawType): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
