import { type BtfTable, btfKinds as kinds, type RawType } from '../bpf/btf-table.ts';

/** What only leads to another type. */
const through: readonly number[] = [
  kinds.typedef,
  kinds.volatile,
  kinds.const,
  kinds.restrict,
  kinds.typeTag,
];

export type Member = { readonly name: string; readonly type: number; readonly bitOffset: number };

/** The types of an object, of a kernel, or of a module on top of its kernel's: by number, and by name. */
export class BtfTypes {
  readonly #table: BtfTable;
  readonly #base: BtfTypes | undefined;
  readonly #ids = new Map<string, number[]>();
  #named = false;

  constructor(table: BtfTable, base?: BtfTypes) {
    this.#table = table;
    this.#base = base;
  }

  /** How many numbers there are, 0 for void included. */
  get count(): number {
    return this.#first + this.#table.types.length - 1;
  }

  type(id: number): RawType {
    const own = this.#own(id);
    return own === undefined ? this.#base!.type(id) : this.#table.type(own);
  }

  /** The i-th word of a type's parts. */
  word(id: number, i: number): number {
    const own = this.#own(id);
    return own === undefined ? this.#base!.word(id, i) : this.#table.word(this.#table.type(own), i);
  }

  name(id: number): string {
    return this.string(this.type(id).nameAt);
  }

  string(at: number): string {
    const before = this.#base?.stringBytes ?? 0;
    return at < before ? this.#base!.string(at) : this.#table.string(at - before);
  }

  get stringBytes(): number {
    return (this.#base?.stringBytes ?? 0) + this.#table.stringBytes;
  }

  /** Own types, not the kernel's of a module, with that name; a suffix `___x` is none of it. */
  named(name: string): readonly number[] {
    if (!this.#named) this.#readNames();
    return this.#ids.get(name) ?? [];
  }

  /** Of all own types of a kind. */
  namesOf(kind: number): string[] {
    return this.#table.types.filter((type) => type.kind === kind).map(({ nameAt }) => this.string(nameAt));
  }

  has(name: string, kind: number): boolean {
    return this.named(name).some((id) => this.type(id).kind === kind && this.name(id) === name);
  }

  /** Without what only qualifies or renames. There may be circles in a file that is damaged. */
  unwrap(id: number): number {
    let at = id;
    for (let i = 0; i < 100 && through.includes(this.type(at).kind); i++) at = this.type(at).sizeOrType;
    return at;
  }

  member(id: number, i: number): Member {
    const position = this.word(id, i * 3 + 2);
    return {
      name: this.string(this.word(id, i * 3)),
      type: this.word(id, i * 3 + 1),
      bitOffset: this.type(id).flag ? position & 0xffffff : position,
    };
  }

  members(id: number): Member[] {
    return Array.from({ length: this.type(id).count }, (_, i) => this.member(id, i));
  }

  enumerators(id: number): { readonly name: string; readonly value: bigint }[] {
    const { kind, count } = this.type(id);
    const words = kind === kinds.enum64 ? 3 : 2;
    return Array.from({ length: count }, (_, i) => {
      const high = words === 3 ? this.word(id, i * 3 + 2) : 0;
      return {
        name: this.string(this.word(id, i * words)),
        value: (BigInt(high) << 32n) | BigInt(this.word(id, i * words + 1)),
      };
    });
  }

  /** `[element, length]` of an array. */
  array(id: number): readonly [element: number, length: number] {
    return [this.word(id, 0), this.word(id, 2)];
  }

  get #first(): number {
    return this.#base?.count ?? 1;
  }

  /** The number in the own table; undefined for a type of the kernel's. */
  #own(id: number): number | undefined {
    if (this.#base === undefined) return id;
    return id < this.#first ? undefined : id - this.#first + 1;
  }

  #readNames(): void {
    this.#named = true;
    const { types } = this.#table;
    for (let own = 1; own < types.length; own++) {
      const { nameAt } = types[own]!;
      if (nameAt === 0) continue;
      const name = essentialName(this.string(nameAt));
      const ids = this.#ids.get(name);
      if (ids === undefined) this.#ids.set(name, [own + this.#first - 1]);
      else ids.push(own + this.#first - 1);
    }
  }
}

/** Without the flavour, `___x`, by which a program has several versions of a type. */
export function essentialName(name: string): string {
  return name.includes('___') ? name.replace(/^(.*[^_])___[^_].*$/, '$1') : name;
}
