import { type ElfFile, type ElfSection, sectionTypes, symbolTypes } from '../bpf/elf-file.ts';

/** What the object's code does with one of its maps, as far as its instructions show. */
export type MapUses = {
  /** Helpers that are given the map, by their numbers (`enum bpf_func_id`). */
  readonly helpers: ReadonlySet<number>;
  /** Bytes of the records that go into it; several when programs write different ones. */
  readonly recordSizes: ReadonlySet<number>;
  /** Numbers that registers and memory were set to before the map was used: keys of buckets are among them. */
  readonly constants: ReadonlySet<number>;
  /** Numbers that the functions which use it compare with, and that they divide by. */
  readonly compared: ReadonlySet<number>;
  readonly divisors: ReadonlySet<number>;
};

export const helpers = {
  lookup: 1,
  update: 2,
  delete: 3,
  perfEventOutput: 25,
  ringbufOutput: 130,
  ringbufReserve: 131,
} as const;

/** Which argument is the map, where it is not the first, and which is the size of a record. */
const mapArgument: Readonly<Record<number, number>> = { [helpers.perfEventOutput]: 2 };
const sizeArgument: Readonly<Record<number, number>> = {
  [helpers.perfEventOutput]: 5,
  [helpers.ringbufOutput]: 3,
  [helpers.ringbufReserve]: 2,
};

/**
 * What functions do with each map, by the names of maps. Instructions are looked at one by one in their order, and jumps
 * are not followed: this is good enough to guess by, and no more.
 */
export function mapUses(file: ElfFile): ReadonlyMap<string, MapUses> {
  const found = new Map<string, FoundUses>();
  for (const section of file.sections.filter(({ isCode }) => isCode)) {
    const maps = mapReferences(file, section);
    for (const { type, section: of, value, size } of file.symbols) {
      if (type !== symbolTypes.function || of !== section.index) continue;
      readFunction(section.data.subarray(value, value + size), (at) => maps.get(value + at), found);
    }
  }
  return found;
}

/** The maps whose addresses are loaded in a section, by the place of the instruction. */
function mapReferences(file: ElfFile, section: ElfSection): ReadonlyMap<number, string> {
  const maps = file.sections.find(({ name }) => name === '.maps')?.index;
  const references = new Map<number, string>();
  for (const { type, info, data } of file.sections) {
    if (type !== sectionTypes.rel || info !== section.index) continue;
    for (let at = 0; at + 16 <= data.length; at += 16) {
      const symbol = file.symbols[data.readUInt32LE(at + 12)];
      if (symbol === undefined || symbol.section !== maps) continue;
      references.set(data.readUInt32LE(at), file.symbolName(symbol));
    }
  }
  return references;
}

class FoundUses implements MapUses {
  readonly helpers = new Set<number>();
  readonly recordSizes = new Set<number>();
  readonly constants = new Set<number>();
  readonly compared = new Set<number>();
  readonly divisors = new Set<number>();
}

/** The classes, operations and modes of instructions: Documentation/bpf/standardization/instruction-set.rst. */
const classes = { load: 0, loadMemory: 1, storeNumber: 2, alu: 4, jump: 5, jump32: 6, alu64: 7 } as const;
const operations = { divide: 0x30, move: 0xb0, always: 0x00, call: 0x80, exit: 0x90 } as const;

function readFunction(
  code: Buffer,
  mapAt: (at: number) => string | undefined,
  found: Map<string, FoundUses>,
): void {
  const registers: (string | number | undefined)[] = [];
  const used = new Set<FoundUses>();
  const compared = new Set<number>();
  const divisors = new Set<number>();
  let constants: number[] = [];

  const call = (helper: number): void => {
    const map = registers[mapArgument[helper] ?? 1];
    const size = registers[sizeArgument[helper] ?? 0];
    if (typeof map !== 'string') return;
    const uses = found.get(map) ?? new FoundUses();
    found.set(map, uses);
    used.add(uses);
    uses.helpers.add(helper);
    if (helper in sizeArgument && typeof size === 'number') uses.recordSizes.add(size);
    for (const one of constants) uses.constants.add(one);
    constants = [];
  };

  for (let at = 0; at + 8 <= code.length; at += 8) {
    const opcode = code[at]!;
    const [to, from] = [code[at + 1]! & 0xf, code[at + 1]! >>> 4];
    const number = code.readInt32LE(at + 4);
    const operation = opcode & 0xf0;
    const isNumber = (opcode & 8) === 0;
    switch (opcode & 7) {
      case classes.load: // of 64 bits, which take two places
        registers[to] = mapAt(at) ?? (from === 0 ? number : undefined);
        at += 8;
        break;
      case classes.loadMemory:
        registers[to] = undefined;
        break;
      case classes.storeNumber:
        constants.push(number);
        break;
      case classes.alu:
      case classes.alu64:
        registers[to] = operation !== operations.move ? undefined : isNumber ? number : registers[from];
        if (isNumber && operation === operations.move) constants.push(number);
        if (isNumber && operation === operations.divide) divisors.add(number);
        break;
      case classes.jump:
      case classes.jump32:
        if (operation === operations.call) {
          if (from === 0) call(number); // others are functions of the object or the kernel
          registers.fill(undefined, 0, 6);
        } else if (isNumber && operation !== operations.always && operation !== operations.exit) {
          compared.add(number);
        }
        break;
    }
  }
  for (const uses of used) {
    for (const one of compared) uses.compared.add(one);
    for (const one of divisors) uses.divisors.add(one);
  }
}
