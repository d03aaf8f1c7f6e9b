import { readFileSync, statSync } from 'node:fs';
import { ExporterError, messageOf } from '../errors.ts';
import { checkBtf } from './btf-check.ts';
import { checkBtfExt } from './btf-ext-check.ts';
import { BtfTable } from './btf-table.ts';
import { codeSections } from './code-sections.ts';
import { type ElfSection, readElf, sectionTypes } from './elf-file.ts';
import { fault, shown } from './fault.ts';
import { checkMaps } from './map-check.ts';
import { checkRelocations } from './relocation-check.ts';

const maxObjectBytes = 64 * 1024 * 1024;
/** Sections that libbpf knows by name, and takes to have bytes. */
const known = ['.BTF', '.BTF.ext', '.maps', '.struct_ops', 'license', 'version'];

/**
 * Checks an object file before libbpf sees it, which follows some numbers in it without a look (1.1: a damaged type id,
 * a map of type struct_ops) and would end the process. Throws `object_open` with the file, what is wrong and what is
 * needed.
 */
export function checkObjectFile(path: string): void {
  try {
    const { size } = statSync(path);
    if (size > maxObjectBytes)
      throw fault(`it has ${size} bytes`, `an object of ${maxObjectBytes} bytes or fewer is needed`);
    checkObject(readFileSync(path));
  } catch (cause) {
    throw new ExporterError('object_open', `Cannot open ${path}: ${messageOf(cause)}`, { cause });
  }
}

/** `checkObjectFile` of bytes; the messages name no file. */
export function checkObject(bytes: Buffer): void {
  const file = readElf(bytes);
  const sections = new Map(known.map((name) => [name, sectionOf(file.sections, name)]));
  const code = codeSections(file);
  checkRelocations(file, code);
  const btf = sections.get('.BTF');
  if (btf === undefined) return;
  const table = new BtfTable(btf.data);
  checkBtf(table);
  checkMaps(table, file.sections);
  const extension = sections.get('.BTF.ext');
  if (extension !== undefined) checkBtfExt(extension.data, table, code);
}

function sectionOf(sections: readonly ElfSection[], name: string): ElfSection | undefined {
  const [section, second] = sections.filter((one) => one.name === name);
  if (second !== undefined) throw fault(`it has two sections ${shown(name)}`);
  if (section !== undefined && section.type !== sectionTypes.progBits)
    throw fault(`section ${shown(name)} is of type ${section.type}`);
  return section;
}
