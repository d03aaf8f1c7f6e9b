import { BtfTable, btfKinds as kinds, type RawType } from './btf-table.ts';
import { type BtfField, type BtfType, typeName } from './btf-type.ts';

const modifiers: readonly number[] = [kinds.volatile, kinds.const, kinds.restrict, kinds.typeTag];
/** Only a type that contains itself, which C does not allow, is nested deeper. */
const deepest = 100;

/** A global variable: the section it lies in (`.rodata`), and its bytes there. */
export type BtfVariable = {
  readonly section: string;
  readonly offset: number;
  readonly size: number;
  readonly type: BtfType;
};

/** Types by their number, as the BTF of an object describes them. Each is made when it is first asked for. */
export class Btf {
  readonly #table: BtfTable;
  readonly #known = new Map<number, BtfType>();

  /** `raw`: a `.BTF` section in host byte order, which is kept. Throws `object_open` when it is cut off or not BTF. */
  constructor(raw: Buffer) {
    this.#table = new BtfTable(raw);
  }

  /** The type of a number, with all that it consists of. */
  type(id: number): BtfType {
    return this.#type(id, 0);
  }

  /** Every struct that is written down in the source, with or without a use. */
  *structs(): Generator<BtfType> {
    for (const [id, { kind }] of this.#table.types.entries()) if (kind === kinds.struct) yield this.type(id);
  }

  /** Where a global variable lies; undefined when there is none of that name. */
  variable(name: string): BtfVariable | undefined {
    for (const section of this.#table.types) {
      if (section.kind !== kinds.section) continue;
      for (let i = 0; i < section.count; i++) {
        const [id, offset, size] = this.#words(section, i, 3);
        const variable = this.#table.type(id!);
        if (variable.kind !== kinds.variable || this.#name(variable) !== name) continue;
        const type = this.type(variable.sizeOrType);
        return { section: this.#name(section), offset: offset!, size: size!, type };
      }
    }
    return undefined;
  }

  #type(id: number, depth: number): BtfType {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    if (depth > deepest) return { kind: 'opaque', typedefs: [], name: '(nested too deep)', size: 0 };
    const type = this.#make(id, depth + 1);
    this.#known.set(id, type);
    return type;
  }

  #make(id: number, depth: number): BtfType {
    const raw = this.#table.type(id);
    const name = this.#name(raw);
    const common = { typedefs: [], name, size: raw.sizeOrType };
    switch (raw.kind) {
      case kinds.int:
        return { kind: 'integer', ...common, ...integer(this.#table.word(raw, 0), name) };
      case kinds.float:
        return { kind: 'float', ...common };
      case kinds.enum:
      case kinds.enum64:
        return { kind: 'enum', ...common, signed: raw.flag, values: this.#enumerators(raw) };
      case kinds.pointer:
        return { kind: 'pointer', ...common, name: this.#pointee(raw.sizeOrType, depth), size: 8 };
      case kinds.array: {
        const [elementId, , length] = this.#words(raw, 0, 3);
        const element = this.#type(elementId!, depth);
        return { kind: 'array', ...common, size: element.size * length!, element, length: length! };
      }
      case kinds.struct:
      case kinds.union: {
        const members = Array.from({ length: raw.count }, (_, i) => this.#member(raw, i, depth));
        return { kind: raw.kind === kinds.struct ? 'struct' : 'union', ...common, members };
      }
      case kinds.section: {
        const members = Array.from({ length: raw.count }, (_, i) => this.#sectionMember(raw, i, depth));
        return { kind: 'struct', ...common, members };
      }
      case kinds.typedef: {
        const type = this.#type(raw.sizeOrType, depth);
        return { ...type, typedefs: [name, ...type.typedefs] };
      }
      case kinds.volatile:
      case kinds.const:
      case kinds.restrict:
      case kinds.typeTag:
      case kinds.variable:
        return this.#type(raw.sizeOrType, depth);
      case kinds.forward:
        return { kind: 'opaque', ...common, name: `${raw.flag ? 'union' : 'struct'} ${name}`, size: 0 };
      case kinds.void:
        return { kind: 'opaque', ...common, name: 'void', size: 0 };
      default:
        return { kind: 'opaque', ...common, name: name || 'function', size: 0 };
    }
  }

  #member(struct: RawType, i: number, depth: number): BtfField {
    const [nameAt, id, position] = this.#words(struct, i, 3) as [number, number, number];
    const name = this.#table.string(nameAt);
    const type = this.#type(id, depth);
    const bits = struct.flag ? position >>> 24 : 0;
    if (struct.flag) return { name, bitOffset: position & 0xffffff, bitSize: bits || type.size * 8, type };
    // Without the flag (LLVM before 8), an integer type of its own says where the bits of a bit field are.
    const inside = this.#integerBits(id);
    return { name, bitOffset: position + inside.offset, bitSize: inside.size ?? type.size * 8, type };
  }

  #sectionMember(section: RawType, i: number, depth: number): BtfField {
    const [id, offset, size] = this.#words(section, i, 3) as [number, number, number];
    const variable = this.#table.type(id);
    const type = this.#type(id, depth);
    return { name: this.#name(variable), bitOffset: offset * 8, bitSize: size * 8, type };
  }

  #integerBits(id: number): { readonly offset: number; readonly size: number | undefined } {
    const raw = this.#unwrap(id);
    if (raw.kind !== kinds.int) return { offset: 0, size: undefined };
    const word = this.#table.word(raw, 0);
    return { offset: (word >>> 16) & 0xff, size: word & 0xff };
  }

  #enumerators(raw: RawType): { name: string; value: bigint }[] {
    const words = raw.kind === kinds.enum64 ? 3 : 2;
    return Array.from({ length: raw.count }, (_, i) => {
      const [nameAt, low, high] = this.#words(raw, i, words) as [number, number, number | undefined];
      const bits = high === undefined ? 32 : 64;
      const value = (BigInt(high ?? 0) << 32n) | BigInt(low);
      return { name: this.#table.string(nameAt), value: raw.flag ? BigInt.asIntN(bits, value) : value };
    });
  }

  /** What C calls the target of a pointer. Its parts are not looked at: they may lead back to the pointer. */
  #pointee(id: number, depth: number): string {
    const raw = this.#unwrap(id, modifiers);
    const name = this.#name(raw);
    switch (raw.kind) {
      case kinds.void:
        return 'void';
      case kinds.pointer:
      case kinds.array:
        return typeName(this.#type(id, depth));
      case kinds.union:
      case kinds.struct:
      case kinds.forward:
        return `${raw.kind === kinds.union ? 'union' : 'struct'} ${name}`.trimEnd();
      case kinds.enum:
      case kinds.enum64:
        return `enum ${name}`.trimEnd();
      default:
        return name || 'function';
    }
  }

  /** Follows what only qualifies a type, and typedefs unless told otherwise. Stops in a circle. */
  #unwrap(id: number, through: readonly number[] = [...modifiers, kinds.typedef]): RawType {
    let raw = this.#table.type(id);
    for (let i = 0; i < deepest && through.includes(raw.kind); i++) raw = this.#table.type(raw.sizeOrType);
    return raw;
  }

  #name(raw: RawType): string {
    return this.#table.string(raw.nameAt);
  }

  /** The words of a type's i-th part, which has `size` of them. */
  #words(raw: RawType, i: number, size: number): number[] {
    return Array.from({ length: size }, (_, word) => this.#table.word(raw, i * size + word));
  }
}

/** What the word of an integer says: bits 24 to 27 are flags. `char` has its flag from no compiler that was seen. */
function integer(
  word: number,
  name: string,
): { readonly signed: boolean; readonly encoding: 'number' | 'char' | 'bool' } {
  const flags = word >>> 24;
  const encoding = (flags & 4) !== 0 ? 'bool' : (flags & 2) !== 0 || name === 'char' ? 'char' : 'number';
  return { signed: (flags & 1) !== 0, encoding };
}
