/**
 * BPF type format, as far as this program asks: the fields of a struct and where a variable lies in its section.
 * Format: Documentation/bpf/btf.rst in the kernel tree. Takes the raw bytes of a `.BTF` section in host byte order.
 */
export type Field = {
  readonly name: string;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  /** Bytes; a bit field counts the bytes it touches. */
  readonly size: number;
  /** As C would name it: `u32`, `struct key_t`, `char[16]`. */
  readonly type: string;
};

type BtfType = {
  kind: number;
  name: string;
  sizeOrType: number;
  count: number;
  kindFlag: boolean;
  at: number;
};

const kinds = {
  int: 1, pointer: 2, array: 3, struct: 4, union: 5, enum: 6, typedef: 8, volatile: 9, const: 10,
  restrict: 11, function: 12, functionProto: 13, variable: 14, section: 15, float: 16, declTag: 17, typeTag: 18, enum64: 19,
} as const; // biome-ignore format: a table
const transparent: readonly number[] = [
  kinds.typedef,
  kinds.volatile,
  kinds.const,
  kinds.restrict,
  kinds.typeTag,
];

export class Btf {
  readonly #types: BtfType[] = [{ kind: 0, name: 'void', sizeOrType: 0, count: 0, kindFlag: false, at: 0 }];
  readonly #raw: Buffer;
  readonly #stringsAt: number;

  constructor(raw: Buffer) {
    this.#raw = raw;
    const headerLength = this.#u32(4);
    const typesAt = headerLength + this.#u32(8);
    const typesEnd = typesAt + this.#u32(12);
    this.#stringsAt = headerLength + this.#u32(16);
    for (let at = typesAt; at < typesEnd; ) {
      const info = this.#u32(at + 4);
      const type: BtfType = {
        kind: (info >>> 24) & 0x1f,
        name: this.#string(this.#u32(at)),
        sizeOrType: this.#u32(at + 8),
        count: info & 0xffff,
        kindFlag: info >>> 31 === 1,
        at: at + 12,
      };
      this.#types.push(type);
      at = type.at + extraBytes(type);
    }
  }

  /** The fields of a struct (through typedefs) in order, or a type that has none as one field without a name. */
  fields(typeId: number): readonly Field[] {
    const type = this.#resolve(typeId);
    if (type?.kind !== kinds.struct) {
      return [{ name: '', offset: 0, size: this.#size(typeId), type: this.typeName(typeId) }];
    }
    return Array.from({ length: type.count }, (_, i) => {
      const member = type.at + i * 12;
      const position = this.#u32(member + 8);
      const bits = type.kindFlag ? position >>> 24 : 0;
      const bitOffset = type.kindFlag ? position & 0xffffff : position;
      const memberType = this.#u32(member + 4);
      return {
        name: this.#string(this.#u32(member)),
        offset: bitOffset >>> 3,
        size: bits === 0 ? this.#size(memberType) : Math.ceil(((bitOffset & 7) + bits) / 8),
        type: bits === 0 ? this.typeName(memberType) : `${this.typeName(memberType)}:${bits}`,
      };
    });
  }

  /** What C calls the type. */
  typeName(typeId: number): string {
    const type = this.#types[typeId];
    if (type === undefined) return `type ${typeId}`;
    switch (type.kind) {
      case kinds.pointer:
        return `${this.typeName(type.sizeOrType)} *`;
      case kinds.array:
        return `${this.typeName(this.#u32(type.at))}[${this.#u32(type.at + 8)}]`;
      case kinds.struct:
        return `struct ${type.name}`.trimEnd();
      case kinds.union:
        return `union ${type.name}`.trimEnd();
      case kinds.enum:
      case kinds.enum64:
        return `enum ${type.name}`.trimEnd();
      case kinds.volatile:
      case kinds.const:
      case kinds.restrict:
      case kinds.typeTag:
        return this.typeName(type.sizeOrType);
      default:
        return type.name;
    }
  }

  /** Where a global variable lies: the section (`.rodata`) and the bytes in it. */
  variable(name: string): { section: string; offset: number; size: number } | undefined {
    for (const section of this.#types) {
      if (section.kind !== kinds.section) continue;
      for (let i = 0; i < section.count; i++) {
        const entry = section.at + i * 12;
        if (this.#types[this.#u32(entry)]?.name !== name) continue;
        return { section: section.name, offset: this.#u32(entry + 4), size: this.#u32(entry + 8) };
      }
    }
    return undefined;
  }

  #resolve(typeId: number): BtfType | undefined {
    let type = this.#types[typeId];
    while (type !== undefined && transparent.includes(type.kind)) type = this.#types[type.sizeOrType];
    return type;
  }

  #size(typeId: number): number {
    const type = this.#resolve(typeId);
    if (type === undefined) return 0;
    if (type.kind === kinds.pointer) return 8;
    if (type.kind === kinds.array) return this.#u32(type.at + 8) * this.#size(this.#u32(type.at));
    return type.sizeOrType;
  }

  #string(offset: number): string {
    const at = this.#stringsAt + offset;
    return this.#raw.toString('latin1', at, this.#raw.indexOf(0, at));
  }

  #u32(at: number): number {
    return this.#raw.readUInt32LE(at);
  }
}

/** Bytes behind the 12 of `struct btf_type`. */
function extraBytes(type: BtfType): number {
  switch (type.kind) {
    case kinds.int:
    case kinds.variable:
    case kinds.declTag:
      return 4;
    case kinds.array:
      return 12;
    case kinds.struct:
    case kinds.union:
    case kinds.section:
    case kinds.enum64:
      return type.count * 12;
    case kinds.enum:
    case kinds.functionProto:
      return type.count * 8;
    default:
      return 0;
  }
}
