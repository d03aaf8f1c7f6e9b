import { compute, isTaken, type Value } from './evaluate.ts';
import { classes, codes, decode, type Instruction, instructionBytes, pseudo } from './instruction.ts';
import type { ObjectFile, Reference } from './object-file.ts';

/** An instruction, by its section and its offset there. */
export type Place = { readonly section: string; readonly offset: number };

/** What the kernel and the config make of a program before the verifier reads it. */
export type Surroundings = {
  /** The number that stands in an instruction for this kernel; `unknown` for one that is not asked of it. */
  constantAt(place: Place): bigint | 'unknown' | undefined;
  /** What the address of an extern symbol is for this kernel: 0 of a weak one that it lacks. */
  extern(name: string): Value;
  /** Bytes of a constant of the object, little end first, as the config sets it. */
  constant(section: string, offset: number, size: number): bigint | undefined;
};

/** What of an object a program may come to. */
export type Reached = {
  has(place: Place): boolean;
  /** Numbers of the helpers that it may call, and where it first does. */
  readonly helpers: ReadonlyMap<number, Place>;
  /** Names of symbols outside of the object, and where they are first used. */
  readonly externs: ReadonlyMap<string, Place>;
};

const sizes: Readonly<Record<number, number>> = { 0: 4, 8: 2, 16: 1, 24: 8 };

/**
 * Follows a program as the verifier does, but for what it does not know: where a comparison is decided by a constant, such
 * as the answer of bpf_core_field_exists() or a `const volatile` variable, only one of the two ways. Functions that it
 * calls are followed whatever their arguments are.
 */
export function reach(object: ObjectFile, start: Place, around: Surroundings): Reached {
  const followed = new Map<string, Set<number>>();
  const reached = { helpers: new Map<number, Place>(), externs: new Map<string, Place>() };
  const functions: Place[] = [start];
  const seen = new Set<string>();
  for (let at = functions.pop(); at !== undefined; at = functions.pop()) {
    const key = `${at.section}:${at.offset}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const own = followed.get(at.section) ?? new Set<number>();
    followed.set(at.section, own);
    new Walk(object, at.section, around, reached, functions).from(at.offset, own);
  }
  return { ...reached, has: ({ section, offset }) => followed.get(section)?.has(offset) ?? false };
}

type Registers = readonly Value[];
type Found = { readonly helpers: Map<number, Place>; readonly externs: Map<string, Place> };

/** One function. */
class Walk {
  readonly #object: ObjectFile;
  readonly #section: string;
  readonly #code: Buffer;
  readonly #around: Surroundings;
  readonly #reached: Found;
  readonly #functions: Place[];
  /** What is known before each instruction that was come to, and those whose successors are to be looked at again. */
  readonly #before = new Map<number, Registers>();
  readonly #open: number[] = [];

  constructor(object: ObjectFile, section: string, around: Surroundings, reached: Found, functions: Place[]) {
    this.#object = object;
    this.#section = section;
    this.#code =
      object.elf.sections.find(({ name, isCode }) => isCode && name === section)?.data ?? Buffer.alloc(0);
    this.#around = around;
    this.#reached = reached;
    this.#functions = functions;
  }

  from(offset: number, followed: Set<number>): void {
    this.#go(offset, Array<Value>(11).fill(undefined));
    for (let at = this.#open.pop(); at !== undefined; at = this.#open.pop()) {
      followed.add(at);
      this.#step(at, this.#before.get(at)!);
    }
  }

  /** Comes to an instruction; it is looked at again when less is known than was before. */
  #go(at: number, registers: Registers): void {
    if (at < 0 || at + instructionBytes > this.#code.length) return;
    const known = this.#before.get(at);
    const both =
      known === undefined ? registers : known.map((one, i) => (same(one, registers[i]) ? one : undefined));
    if (known?.every((one, i) => same(one, both[i]))) return;
    this.#before.set(at, both);
    this.#open.push(at);
  }

  #step(at: number, registers: Registers): void {
    const instruction = decode(this.#code, at);
    const { code, offset, immediate } = instruction;
    const next = at + instructionBytes;
    switch (code) {
      case codes.exit:
        break;
      case codes.goto:
        this.#go(next + offset * instructionBytes, registers);
        break;
      case codes.gotoFar:
        this.#go(next + immediate * instructionBytes, registers);
        break;
      case codes.gotoRegister:
        this.#goAnywhere();
        break;
      case codes.call:
        this.#call(at, instruction, registers);
        break;
      case codes.loadImmediate64: {
        const value = this.#immediate64(at, instruction);
        this.#go(next + instructionBytes, registers.with(instruction.target, value));
        break;
      }
      default:
        this.#plain(at, instruction, registers);
    }
  }

  /** What computes, loads, stores or jumps on a condition. */
  #plain(at: number, instruction: Instruction, registers: Registers): void {
    const { code, offset, source, target } = instruction;
    const next = at + instructionBytes;
    switch (code & 7) {
      case classes.jump:
      case classes.jump32: {
        const taken = isTaken(instruction, registers);
        if (taken !== false) this.#go(next + offset * instructionBytes, registers);
        if (taken !== true) this.#go(next, registers);
        break;
      }
      case classes.store:
      case classes.storeRegister: {
        // What is atomic may put what was there into a register.
        const isAtomic = code >> 5 === 6;
        this.#go(next, isAtomic ? registers.with(0, undefined).with(source, undefined) : registers);
        break;
      }
      default:
        this.#go(next, registers.with(target, this.#result(at, instruction, registers)));
    }
  }

  #result(at: number, instruction: Instruction, registers: Registers): Value {
    const asked = this.#around.constantAt({ section: this.#section, offset: at });
    const class_ = instruction.code & 7;
    if (class_ === classes.loadMemory || class_ === classes.load) {
      const from = registers[instruction.source];
      const plain = instruction.code >> 5 === 3; // BPF_MEM
      if (asked !== undefined || !plain || typeof from !== 'object') return undefined;
      const size = sizes[instruction.code & 0x18]!;
      return this.#around.constant(from.section, from.offset + instruction.offset, size);
    }
    if (asked === 'unknown') return undefined;
    return compute(
      asked === undefined ? instruction : { ...instruction, immediate: Number(asked) },
      registers,
    );
  }

  #immediate64(at: number, { source, immediate }: Instruction): Value {
    const asked = this.#around.constantAt({ section: this.#section, offset: at });
    if (asked !== undefined) return asked === 'unknown' ? undefined : BigInt.asUintN(64, asked);
    const reference = this.#object.reference(this.#section, at);
    if (reference === undefined) {
      if (source === pseudo.functionAddress) this.#calls(at, undefined, immediate);
      const high = BigInt(this.#code.readUInt32LE(at + instructionBytes + 4));
      return source === 0 ? (high << 32n) | BigInt.asUintN(32, BigInt(immediate)) : undefined;
    }
    const { section, symbol, value } = reference;
    if (section === undefined) {
      this.#use(symbol, at);
      return this.#around.extern(symbol);
    }
    if (this.#isCode(section)) this.#functions.push({ section, offset: value + immediate });
    return section.startsWith('.rodata') ? { section, offset: value + immediate } : undefined;
  }

  #call(at: number, { source, immediate }: Instruction, registers: Registers): void {
    const reference = this.#object.reference(this.#section, at);
    if (reference?.section === undefined && reference !== undefined) this.#use(reference.symbol, at);
    else if (source === pseudo.call) this.#calls(at, reference, immediate);
    else if (source === pseudo.helper && !this.#reached.helpers.has(immediate)) {
      this.#reached.helpers.set(immediate, { section: this.#section, offset: at });
    }
    this.#go(
      at + instructionBytes,
      registers.map((value, i) => (i <= 5 ? undefined : value)),
    );
  }

  /** A function of the object. That of a static one is in its section, so many instructions behind the symbol. */
  #calls(at: number, reference: Reference | undefined, immediate: number): void {
    const from = reference?.value ?? at;
    this.#functions.push({
      section: reference?.section ?? this.#section,
      offset: from + (immediate + 1) * instructionBytes,
    });
  }

  #use(symbol: string, at: number): void {
    if (!this.#reached.externs.has(symbol))
      this.#reached.externs.set(symbol, { section: this.#section, offset: at });
  }

  /** A jump to a place that is in a register: every instruction may be next. */
  #goAnywhere(): void {
    const unknown = Array<Value>(11).fill(undefined);
    for (let at = 0; at < this.#code.length; at += instructionBytes) this.#go(at, unknown);
  }

  #isCode(section: string): boolean {
    return this.#object.elf.sections.some(({ name, isCode }) => isCode && name === section);
  }
}

function same(a: Value, b: Value): boolean {
  if (typeof a === 'object' && typeof b === 'object') return a.section === b.section && a.offset === b.offset;
  return a === b;
}
