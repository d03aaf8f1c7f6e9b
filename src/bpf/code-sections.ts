import { type ElfFile, type ElfSymbol, symbolTypes } from './elf-file.ts';
import { fault, shown } from './fault.ts';

export const instructionBytes = 8;
const loadImmediate64 = 0x18;
/** libbpf calls itself for every function that is called from another. The kernel takes 256 in a program. */
const mostFunctions = 10_000;

/** A section of instructions, and the functions in it. */
export type CodeSection = {
  readonly name: string;
  readonly index: number;
  readonly size: number;
  /** Whether the instruction at an offset takes two places, of which its function has one. */
  isCut(offset: number): boolean;
};

/** The sections of code. Throws `object_open` when a function in them is no row of instructions of its own. */
export function codeSections(file: ElfFile): CodeSection[] {
  const { sections, symbols } = file;
  const functions = symbols.filter(
    ({ type, section }) => type === symbolTypes.function && sections[section]?.isCode,
  );
  if (functions.length > mostFunctions) {
    throw fault(`it has ${functions.length} functions`, `${mostFunctions} or fewer are needed`);
  }
  return sections
    .filter(({ isCode }) => isCode)
    .map(({ name, index, size, data }) => {
      if (size % instructionBytes !== 0) {
        throw fault(`section ${shown(name)} has ${size} bytes, which are not whole instructions`);
      }
      const own = functions.filter((one) => one.section === index);
      own.sort((a, b) => a.value - b.value || a.size - b.size);
      checkFunctions(file, own);
      return { name, index, size, isCut: (offset) => isCut(data, own, offset) };
    });
}

function isCut(code: Buffer, functions: readonly ElfSymbol[], offset: number): boolean {
  if (code[offset] !== loadImmediate64) return false;
  const around = functions.find(({ value, size }) => offset >= value && offset < value + size);
  return around !== undefined && offset + 2 * instructionBytes > around.value + around.size;
}

/** `functions` are in the order of their places. */
function checkFunctions({ sections, symbolName }: ElfFile, functions: readonly ElfSymbol[]): void {
  let before: ElfSymbol | undefined;
  for (const one of functions) {
    const { section, value, size } = one;
    const place = (): string =>
      `function ${shown(symbolName(one))} at byte ${value} of section ${shown(sections[section]!.name)}`;
    if (size === 0 || size % instructionBytes !== 0 || value % instructionBytes !== 0) {
      throw fault(`${place()} has ${size} bytes, which are not whole instructions`);
    }
    if (before !== undefined && before.value + before.size > value) {
      throw fault(`${place()} begins in function ${shown(symbolName(before))}`);
    }
    before = one;
  }
}
