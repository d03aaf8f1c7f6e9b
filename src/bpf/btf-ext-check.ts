import { type BtfTable, btfKinds as kinds } from './btf-table.ts';
import { type CodeSection, instructionBytes } from './code-sections.ts';
import { fault, shown } from './fault.ts';

/*
 * `.BTF.ext`: which function, source line and CO-RE relocation belongs to which instruction. A header, then for each of
 * the three a record size and, for each section of code, its name, a count and the records.
 */

const kindsOfInfo = ['function', 'line', 'CO-RE'] as const;
const leastBytes = { function: 8, line: 16, 'CO-RE': 16 } as const;
/** A path of members, `0:1:2`, which begins with an index into an array. libbpf takes numbers of any sign everywhere. */
const accessPath = /^-?\d{1,9}(:\d{1,9}){0,63}$/;
const lastFieldKind = 5;

type Info = (typeof kindsOfInfo)[number];

/** Throws `object_open` unless every record lies in the section and names what there is. */
export function checkBtfExt(raw: Buffer, table: BtfTable, code: readonly CodeSection[]): void {
  if (raw.length < 8) throw wrong(`it has ${raw.length} bytes`);
  if (raw.readUInt16LE(0) !== 0xeb9f || raw[2] !== 1) throw wrong('its header is not known');
  const headerBytes = raw.readUInt32LE(4);
  if (headerBytes < 24 || headerBytes > raw.length)
    throw wrong(`its header says to be ${headerBytes} bytes long`);
  if (headerBytes === raw.length) return;
  for (const [i, what] of kindsOfInfo.entries()) {
    const at = 8 + i * 8;
    if (at + 8 > headerBytes) break; // LLVM before 10 had no CO-RE.
    const [start, length] = [raw.readUInt32LE(at), raw.readUInt32LE(at + 4)];
    if (start % 4 !== 0 || headerBytes + start + length > raw.length)
      throw wrong(`its ${what} records end at byte ${headerBytes + start + length} of ${raw.length}`);
    if (length > 0)
      checkRecords(raw.subarray(headerBytes + start, headerBytes + start + length), what, table, code);
  }
}

function checkRecords(raw: Buffer, what: Info, table: BtfTable, code: readonly CodeSection[]): void {
  const cut = (): Error => wrong(`its ${what} records are cut off`);
  if (raw.length < 4) throw cut();
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  const recordBytes = raw.readUInt32LE(0);
  if (recordBytes < leastBytes[what] || recordBytes % 4 !== 0 || recordBytes > 1024)
    throw wrong(`its ${what} records are ${recordBytes} bytes each`);
  for (let at = 4; at < raw.length; ) {
    if (at + 8 > raw.length) throw cut();
    const [nameAt, count] = [raw.readUInt32LE(at), raw.readUInt32LE(at + 4)];
    at += 8;
    if (nameAt >= table.stringBytes || count === 0 || at + count * recordBytes > raw.length) throw cut();
    const name = table.string(nameAt);
    const section = code.find((one) => one.name === name);
    for (let i = 0; i < count; i++, at += recordBytes) {
      const offset = view.getUint32(at, true);
      // What is left of a function that another object's took the place of is in no section.
      if (offset % instructionBytes !== 0 || (section !== undefined && offset > section.size)) {
        throw wrong(`a ${what} record is for byte ${offset} of section ${shown(name)}`);
      }
      checkRecord(what, view, at, table);
      if (what === 'CO-RE' && section?.isCut(offset)) {
        throw wrong(`a CO-RE record is for half an instruction at byte ${offset} of section ${shown(name)}`);
      }
    }
  }
}

/** The record at `at`: behind its offset, what it is for. */
function checkRecord(what: Info, view: DataView, at: number, table: BtfTable): void {
  const second = view.getUint32(at + 4, true);
  if (what === 'line') {
    if (second >= table.stringBytes || view.getUint32(at + 8, true) >= table.stringBytes) {
      throw wrong('a line record has no text');
    }
    return;
  }
  if (second === 0 || second >= table.types.length) {
    throw wrong(`a ${what} record is for type ${second} of ${table.types.length - 1}`);
  }
  if (what === 'function') {
    if (table.type(second).kind === kinds.function) return;
    throw wrong(`a function record is for type ${second}, which is none`);
  }
  const path = table.string(view.getUint32(at + 8, true));
  const isField = view.getUint32(at + 12, true) <= lastFieldKind;
  if (!accessPath.test(path) || (path.startsWith('-') && !isField)) {
    throw wrong(`a CO-RE record has the path ${shown(path)}`);
  }
}

function wrong(what: string): Error {
  return fault(`.BTF.ext: ${what}`);
}
