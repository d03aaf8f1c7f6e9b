import { fault } from './fault.ts';

/*
 * The bytes of BTF (BPF type format, Documentation/bpf/btf.rst and include/uapi/linux/btf.h in the kernel tree):
 * header, types by number, strings. What the types mean is in btf.ts.
 */

export const btfKinds = {
  void: 0, int: 1, pointer: 2, array: 3, struct: 4, union: 5, enum: 6, forward: 7, typedef: 8, volatile: 9, const: 10,
  restrict: 11, function: 12, functionProto: 13, variable: 14, section: 15, float: 16, declTag: 17, typeTag: 18, enum64: 19,
} as const; // biome-ignore format: a table

/** Bytes behind the 12 of `struct btf_type`, by kind: once, and for each of its `count` parts. */
const extraBytes: readonly (readonly [once: number, each: number])[] = [
  [0, 0], [4, 0], [0, 0], [12, 0], [0, 12], [0, 12], [0, 8], [0, 0], [0, 0], [0, 0], [0, 0],
  [0, 0], [0, 0], [0, 8], [4, 0], [0, 12], [0, 0], [4, 0], [0, 0], [0, 12],
]; // biome-ignore format: a table

/** One `struct btf_type`. `info` has the count of parts, the kind and the kind's flag. */
export type RawType = {
  readonly kind: number;
  readonly nameAt: number;
  readonly count: number;
  readonly flag: boolean;
  /** The size of the type, or the number of the type it refers to. */
  readonly sizeOrType: number;
  /** Where its parts begin: word `i` is `table.word(type, i)`. */
  readonly at: number;
};

const headerBytes = 24;
const unknown: RawType = {
  kind: btfKinds.void,
  nameAt: 0,
  count: 0,
  flag: false,
  sizeOrType: 0,
  at: 0,
};

/** Throws `object_open` when header, types or strings go past the bytes; numbers in the types are not looked at. */
export class BtfTable {
  /** By number; 0 is void. */
  readonly types: readonly RawType[];
  readonly stringBytes: number;
  readonly #raw: Buffer;
  readonly #view: DataView;
  readonly #stringsAt: number;

  /**
   * `raw`: a `.BTF` section in host byte order, which is kept. `split`: that of a module, whose numbers and strings go on
   * behind the kernel's; here its own begin with 1, and with the first byte.
   */
  constructor(raw: Buffer, { split = false } = {}) {
    this.#raw = raw;
    this.#view = new DataView(raw.buffer, raw.byteOffset, raw.length);
    const [typesAt, typesEnd, stringsAt, stringsEnd] = readHeader(raw, split);
    this.#stringsAt = stringsAt;
    this.stringBytes = stringsEnd - stringsAt;
    this.types = [unknown, ...readTypes(this.#view, typesAt, typesEnd)];
  }

  /** The type of a number; void for a number that is none. */
  type(id: number): RawType {
    return this.types[id] ?? unknown;
  }

  /** The i-th word (u32) of a type's parts. */
  word(type: RawType, i: number): number {
    return this.#view.getUint32(type.at + i * 4, true);
  }

  /** The string at an offset of the strings; empty for an offset past them. */
  string(offset: number): string {
    if (offset >= this.stringBytes) return '';
    const at = this.#stringsAt + offset;
    return this.#raw.toString('latin1', at, this.#raw.indexOf(0, at));
  }
}

type Header = readonly [typesAt: number, typesEnd: number, stringsAt: number, stringsEnd: number];

function readHeader(raw: Buffer, split: boolean): Header {
  if (raw.length < headerBytes)
    throw wrong(`it has ${raw.length} bytes, its header alone takes ${headerBytes}`);
  const magic = raw.readUInt16LE(0);
  if (magic === 0x9feb) throw wrong('it was made for a big-endian machine, this one is little-endian');
  if (magic !== 0xeb9f) throw wrong(`it begins with 0x${magic.toString(16)} in place of 0xeb9f`);
  if (raw[2] !== 1) throw wrong(`its version is ${raw[2]}, only 1 is known`);
  const [length, typesAt, typeBytes, stringsAt, stringBytes] = [4, 8, 12, 16, 20].map((at) =>
    raw.readUInt32LE(at),
  ) as [number, number, number, number, number];
  if (length < headerBytes || length > raw.length) throw wrong(`its header says to be ${length} bytes long`);
  const places = [
    ['types', length + typesAt, typeBytes],
    ['strings', length + stringsAt, stringBytes],
  ] as const;
  for (const [what, at, bytes] of places) {
    if (at + bytes > raw.length) throw wrong(`its ${what} end at byte ${at + bytes} of ${raw.length}`);
  }
  if (typesAt % 4 !== 0) throw wrong('its types do not begin at a multiple of 4 bytes');
  const stringsEnd = length + stringsAt + stringBytes;
  const beginsWell = split || raw[length + stringsAt] === 0;
  if (stringBytes === 0 ? !split : raw[stringsEnd - 1] !== 0 || !beginsWell) {
    throw wrong('its strings do not begin and end with a zero byte');
  }
  return [length + typesAt, length + typesAt + typeBytes, length + stringsAt, stringsEnd];
}

function readTypes(raw: DataView, start: number, end: number): RawType[] {
  const types: RawType[] = [];
  for (let at = start; at < end; ) {
    const number = types.length + 1;
    if (at + 12 > end) throw wrong(`type ${number} is cut off`);
    const info = raw.getUint32(at + 4, true);
    const kind = (info >>> 24) & 0x1f;
    const count = info & 0xffff;
    const extra = kind === 0 ? undefined : extraBytes[kind];
    if (extra === undefined) throw wrong(`type ${number} is of kind ${kind}, which is not known`);
    types.push({
      kind,
      nameAt: raw.getUint32(at, true),
      count,
      flag: info >>> 31 === 1,
      sizeOrType: raw.getUint32(at + 8, true),
      at: at + 12,
    });
    at += 12 + extra[0] + extra[1] * count;
    if (at > end) throw wrong(`type ${number} is cut off`);
  }
  return types;
}

function wrong(what: string): Error {
  return fault(`BTF: ${what}`);
}
