import type { SpanLabelSpec } from '../config/spec.ts';
import { type CompiledLabels, compileLabels } from '../decoders/compile.ts';
import { placeInOrder } from '../decoders/placed-label.ts';
import { ExporterError } from '../errors.ts';
import type { Changing, System } from '../kernel/system.ts';

/** Bytes of the ids that labels of these names are. */
export const idBytes = { trace_id: 16, parent_span_id: 8, span_id: 8 } as const;
export type IdName = keyof typeof idBytes;

/**
 * One label of the records of a span. What it reads is undefined when a decoder skips the record, and throws `decode`
 * when it cannot be read. Ids that nothing but `hex` decodes and numbers of 8 bytes that nothing but `uint` decodes are
 * taken as they are, since a text in between would cost more than the rest of the span.
 */
export class RecordField {
  readonly label: SpanLabelSpec;
  readonly #at: number;
  readonly #labels: CompiledLabels;
  readonly #isRaw: boolean;
  readonly #texts: string[] = [];

  /** `at` is where its bytes start in a record. */
  constructor(label: SpanLabelSpec, at: number, system: System) {
    this.label = label;
    this.#at = at;
    this.#labels = compileLabels(placeInOrder([{ ...label, padding: 0 }]), system);
    this.#isRaw = isRaw(label);
  }

  /** The parts of the system that are to look whether they have changed before this is read. */
  get changing(): readonly Changing[] {
    return this.#labels.changing;
  }

  text(bytes: Buffer, offset: number): string | undefined {
    return this.#labels.decode(bytes, this.#texts, offset + this.#at) ? this.#texts[0]! : undefined;
  }

  /** Puts an id to `to[at..]`. Whether there is one: all zero is none. */
  id(bytes: Buffer, offset: number, to: Buffer, at: number): boolean | undefined {
    const length = idBytes[this.label.name as IdName];
    if (!this.#isRaw) return this.#decodedId(bytes, offset, to, at, length);
    let any = 0;
    for (let i = 0; i < length; i++) {
      const byte = bytes[offset + this.#at + i]!;
      to[at + i] = byte;
      any |= byte;
    }
    return any !== 0;
  }

  /** Puts the low and the high word of a number into `to`. */
  number(bytes: Buffer, offset: number, to: Uint32Array): true | undefined {
    if (this.#isRaw) {
      const at = offset + this.#at;
      to[0] = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      to[1] = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
      return true;
    }
    const text = this.text(bytes, offset);
    if (text === undefined) return undefined;
    if (!/^\d{1,20}$/.test(text)) throw this.#refused(text, 'a number');
    const value = BigInt(text);
    to[0] = Number(value & 0xffff_ffffn);
    to[1] = Number((value >> 32n) & 0xffff_ffffn);
    return true;
  }

  /** The place of the text among the words that it may be. */
  choice(words: readonly string[], bytes: Buffer, offset: number): number | undefined {
    const text = this.text(bytes, offset);
    if (text === undefined) return undefined;
    const at = words.indexOf(text);
    if (at < 0) throw this.#refused(text, `one of ${words.join(', ')}`);
    return at;
  }

  #decodedId(bytes: Buffer, offset: number, to: Buffer, at: number, length: number): boolean | undefined {
    const text = this.text(bytes, offset);
    if (text === undefined) return undefined;
    if (!/^[0-9a-f]*$/i.test(text) || text.length !== length * 2) {
      throw this.#refused(text, `${length * 2} hex digits`);
    }
    to.write(text, at, 'hex');
    return !/^0*$/.test(text);
  }

  #refused(text: string, needed: string): ExporterError {
    return new ExporterError(
      'decode',
      `Cannot decode label "${this.label.name}": "${text}" is not ${needed}`,
    );
  }
}

function isRaw({ name, size, decoders }: SpanLabelSpec): boolean {
  const only = decoders.length === 1 ? decoders[0]!.name : undefined;
  if (only === 'hex') return size === idBytes[name as IdName];
  return only === 'uint' && size === 8;
}
