import { type ElfFile, type ElfSection, type ElfSymbol, symbolTypes } from './elf-file.ts';
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
export function codeSections({ sections, symbols }: ElfFile): CodeSection[] {
  const functions = symbols.filter(
    ({ type, section }) => type === symbolTypes.function && sections[section]?.isCode,
  );
  if (functions.length > mostFunctions)
    throw fault(`it has ${functions.length} functions`, `${mostFunctions} or fewer are needed`);
  return sections
    .filter(({ isCode }) => isCode)
    .map((section) => {
      const own = functions.filter((one) => one.section === section.index);
      checkFunctions(section, own);
      const { name, index, size, data } = section;
      return {
        name,
        index,
        size,
        isCut(offset) {
          const around = own.find(({ value, size: bytes }) => offset >= value && offset < value + bytes);
          return (
            around !== undefined &&
            data[offset] === loadImmediate64 &&
            offset + 2 * instructionBytes > around.value + around.size
          );
        },
      };
    });
}

function checkFunctions({ name, size }: ElfSection, functions: readonly ElfSymbol[]): void {
  if (size % instructionBytes !== 0)
    throw fault(`section ${shown(name)} has ${size} bytes, which are not whole instructions`);
  const sorted = [...functions].sort((a, b) => a.value - b.value || a.size - b.size);
  for (const [i, { name: symbol, value, size: bytes }] of sorted.entries()) {
    const place = `function ${shown(symbol)} at byte ${value} of section ${shown(name)}`;
    if (bytes === 0 || bytes % instructionBytes !== 0 || value % instructionBytes !== 0) {
      throw fault(`${place} has ${bytes} bytes, which are not whole instructions`);
    }
    const before = sorted[i - 1];
    if (before !== undefined && before.value + before.size > value)
      throw fault(`${place} begins in function ${shown(before.name)}`);
  }
}
