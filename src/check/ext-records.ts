/*
 * `.BTF.ext` (Documentation/bpf/btf.rst in the kernel tree): for instructions, the source line they were made of, and
 * what of them depends on the kernel's types. checkObjectFile has seen that all of it lies in the section.
 */

/** `enum bpf_core_relo_kind` (linux/bpf.h). */
export const coreKinds = {
  fieldOffset: 0, fieldSize: 1, fieldExists: 2, fieldSigned: 3, fieldLeftShift: 4, fieldRightShift: 5, localType: 6,
  targetType: 7, typeExists: 8, typeSize: 9, enumExists: 10, enumValue: 11, typeMatches: 12,
} as const; // biome-ignore format: a table

/** Of an instruction, by its offset in its section: what to put into it, asked of the kernel's types. */
export type CoreRelocation = {
  readonly section: string;
  readonly offset: number;
  readonly type: number;
  /** Indices from the type to a part of it: `0:1:2`. */
  readonly path: readonly number[];
  readonly kind: number;
};

export type SourceLine = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
};

type LineRecord = SourceLine & { readonly offset: number };

export type ExtRecords = {
  readonly relocations: readonly CoreRelocation[];
  /** The line of an instruction; undefined when the compiler says none. */
  lineOf(section: string, offset: number): SourceLine | undefined;
};

/** `string` gives the object's strings by their place. */
export function readExtRecords(raw: Buffer | undefined, string: (at: number) => string): ExtRecords {
  const relocations: CoreRelocation[] = [];
  const lines = new Map<string, LineRecord[]>();
  if (raw !== undefined) {
    for (const { section, words } of recordsOf(raw, 1, string)) {
      const [offset, file, text, position] = words as [number, number, number, number];
      const record = {
        offset,
        file: string(file),
        text: string(text).trim(),
        line: position >>> 10,
        column: position & 0x3ff,
      };
      lines.set(section, [...(lines.get(section) ?? []), record]);
    }
    for (const { section, words } of recordsOf(raw, 2, string)) {
      const [offset, type, path, kind] = words as [number, number, number, number];
      relocations.push({ section, offset, type, path: string(path).split(':').map(Number), kind });
    }
  }
  return {
    relocations,
    lineOf: (section, offset) =>
      lines.get(section)?.findLast((record) => record.offset <= offset && record.line > 0),
  };
}

/** The records of the `nth` kind: functions, lines, CO-RE. */
function* recordsOf(
  raw: Buffer,
  nth: number,
  string: (at: number) => string,
): Iterable<{ section: string; words: readonly number[] }> {
  const headerBytes = raw.readUInt32LE(4);
  const place = 8 + nth * 8;
  if (place + 8 > headerBytes) return; // LLVM before 10 had no CO-RE
  const start = headerBytes + raw.readUInt32LE(place);
  const end = start + raw.readUInt32LE(place + 4);
  if (start === end) return;
  const recordBytes = raw.readUInt32LE(start);
  for (let at = start + 4; at < end; ) {
    const section = string(raw.readUInt32LE(at));
    const count = raw.readUInt32LE(at + 4);
    at += 8;
    for (let i = 0; i < count; i++, at += recordBytes) {
      yield { section, words: [0, 4, 8, 12].map((word) => raw.readUInt32LE(at + word)) };
    }
  }
}
