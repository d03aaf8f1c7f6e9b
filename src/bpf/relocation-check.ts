import { type CodeSection, instructionBytes } from './code-sections.ts';
import { type ElfFile, type ElfSection, sectionTypes } from './elf-file.ts';
import { fault, shown } from './fault.ts';

const relocationBytes = 16;

/** That every relocation changes an instruction, or a pointer of a map or struct, that is there. Throws `object_open`. */
export function checkRelocations(file: ElfFile, code: readonly CodeSection[]): void {
  for (const section of file.sections)
    if (section.type === sectionTypes.rel) checkSection(file, section, code);
}

function checkSection(
  { sections, symbols, symbolSection }: ElfFile,
  section: ElfSection,
  code: readonly CodeSection[],
): void {
  const { name, data, info, link, entryBytes } = section;
  const wrong = (what: string): Error => fault(`section ${shown(name)}: ${what}`);
  const target = sections[info];
  if (target === undefined) throw wrong(`it is for section ${info} of ${sections.length}`);
  if (entryBytes !== relocationBytes || data.length % relocationBytes !== 0)
    throw wrong(`its relocations are ${data.length} bytes in entries of ${entryBytes}`);
  const instructions = code.find(({ index }) => index === target.index);
  if (instructions === undefined && target.name !== '.maps' && target.name !== '.struct_ops') return; // libbpf does not look at those.
  if (link !== symbolSection) throw wrong('its symbols are in another section');
  for (let at = 0; at < data.length; at += relocationBytes) {
    const offset = data.readUInt32LE(at) + data.readUInt32LE(at + 4) * 2 ** 32;
    const symbol = symbols[data.readUInt32LE(at + 12)];
    if (symbol === undefined)
      throw wrong(`a relocation is for symbol ${data.readUInt32LE(at + 12)} of ${symbols.length}`);
    if (offset + instructionBytes > target.size)
      throw wrong(`a relocation is for byte ${offset} of ${target.size}`);
    if (instructions?.isCut(offset)) throw wrong(`a relocation is for half an instruction at byte ${offset}`);
  }
}
