import type { LabelSpec, SpanLabelSpec, SpanSpec } from '../config/spec.ts';
import { type CompiledLabels, compileLabels } from '../decoders/compile.ts';
import { placeInOrder } from '../decoders/placed-label.ts';
import { ExporterError } from '../errors.ts';
import type { System } from '../kernel/system.ts';
import { type AttributeType, attributeHead, writeAttribute, writeTextAttribute } from './attribute-writer.ts';
import type { SpanLimits } from './environment.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import type { Sampler } from './sampler.ts';
import { flagsTag, hasIsRemote, isRemote, spanKinds, spanStatuses, spanTags } from './span-fields.ts';
import { SpanIds } from './span-ids.ts';
import type { WallClock } from './wall-clock.ts';

export type RecordSpansOptions = {
  readonly config: string;
  readonly system: System;
  readonly sampler: Sampler;
  readonly limits: SpanLimits;
  readonly clock: WallClock;
};

/** What a record was: a span that was written, one that the sampler or a decoder left out. */
export type Outcome = 'written' | 'unsampled' | 'skipped';

/** One label of a record, and what is done with it. */
type Field = {
  readonly label: SpanLabelSpec;
  /** Where its bytes start in a record. */
  readonly at: number;
  /** Its bytes are what is needed: ids that nothing but `hex` decodes, numbers of 8 bytes that nothing but `uint` does. */
  readonly isRaw: boolean;
  readonly labels: CompiledLabels;
};
type Attribute = Field & { readonly head: Buffer; readonly type: AttributeType };

const idBytes = { trace_id: 16, parent_span_id: 8, span_id: 8 } as const;

/**
 * Turns the records of one configured span into spans of OTLP (SPEC section 7), straight from bytes to bytes: an object
 * for each span would cost more than everything else.
 */
export class RecordSpans {
  readonly #options: RecordSpansOptions;
  readonly #size: number;
  readonly #ids: Readonly<Record<keyof typeof idBytes, Field | undefined>>;
  readonly #start: Field | undefined;
  readonly #duration: Field | undefined;
  readonly #name: Field | undefined;
  readonly #flags: Field | undefined;
  readonly #status: Field | undefined;
  readonly #kind: Field | undefined;
  readonly #attributes: readonly Attribute[];
  readonly #droppedAttributes: number;
  readonly #defaultName: string;
  readonly #configAttribute: Buffer;
  readonly #random = new SpanIds();
  readonly #texts: string[] = [];
  /** The ids that are being written: trace, span, parent. */
  readonly #id = Buffer.alloc(32);
  /** Low and high words of the last number that was read. */
  readonly #number = new Uint32Array(2);
  #offset = { from: 0n, offset: 0n, fromHigh: 0, fromLow: 0, high: 0, low: 0 };

  constructor(spec: SpanSpec, options: RecordSpansOptions) {
    this.#options = options;
    let at = 0;
    const fields = spec.labels.map((label): Field => {
      const field = {
        label,
        at,
        isRaw: isRaw(label),
        labels: compileLabels(placeInOrder([{ ...label, padding: 0 }]), options.system),
      };
      at += label.size + label.padding;
      return field;
    });
    this.#size = at;
    const named = new Map(fields.map((field) => [field.label.name, field]));
    const take = (name: string): Field | undefined => {
      const field = named.get(name);
      named.delete(name);
      return field;
    };
    this.#ids = {
      trace_id: take('trace_id'),
      parent_span_id: take('parent_span_id'),
      span_id: take('span_id'),
    };
    this.#start = take('span_monotonic_timestamp_ns');
    this.#duration = take('span_duration_ns');
    this.#name = take('span_name');
    this.#flags = take('trace_flags');
    this.#status = take('span_status');
    this.#kind = take('span_kind');
    const attributes = [...named.values()].map((field) => ({
      ...field,
      head: attributeHead(field.label.name),
      type: field.label.type ?? 'string',
    }));
    const kept = Math.max(0, options.limits.attributes - 1);
    this.#attributes = attributes.slice(0, kept);
    this.#droppedAttributes = Math.max(0, attributes.length + 1 - options.limits.attributes);
    this.#defaultName = spec.name || spec.ringbuf;
    this.#configAttribute = Buffer.from(options.config);
  }

  /** Before records are turned: looks at the clock. */
  begin(): void {
    const { clock } = this.#options;
    clock.refresh();
    const { from, offset } = clock.current;
    if (offset === this.#offset.offset && from === this.#offset.from) return;
    const words = (value: bigint): [number, number] => [Number(value >> 32n), Number(value & 0xffff_ffffn)];
    const [fromHigh, fromLow] = words(from);
    const [high, low] = words(BigInt.asUintN(64, offset));
    this.#offset = { from, offset, fromHigh, fromLow, high, low };
  }

  /**
   * Writes the span of a record as one field of ScopeSpans. Throws `decode` when it cannot; what `writer` holds in front
   * of where it was is untouched, and what is behind is to be written over.
   */
  write(writer: ProtobufWriter, bytes: Buffer, offset: number, length: number): Outcome {
    if (length < this.#size) {
      throw new ExporterError(
        'decode',
        `a record of ${length} bytes is shorter than its labels, which take ${this.#size}`,
      );
    }
    const hasTrace = this.#readId('trace_id', bytes, offset, 0);
    if (hasTrace === undefined) return 'skipped';
    const hasSpan = this.#readId('span_id', bytes, offset, 16);
    if (hasSpan === undefined) return 'skipped';
    const hasParent = this.#readId('parent_span_id', bytes, offset, 24);
    if (hasParent === undefined) return 'skipped';
    if (!hasTrace) this.#randomId(0, 16);
    if (!hasSpan) this.#randomId(16, 8);
    const traceFlags = this.#flags === undefined ? '1' : this.#text(this.#flags, bytes, offset);
    if (traceFlags === undefined) return 'skipped';
    const sampled = (Number(traceFlags) & 1) === 1;
    if (!this.#options.sampler(this.#id, 0, hasParent ? sampled : undefined)) return 'unsampled';

    writer.byte(0x12); // ScopeSpans.spans
    const span = writer.begin();
    this.#writeIds(writer, hasParent);
    if (!this.#writeName(writer, bytes, offset)) return 'skipped';
    if (!this.#writeKind(writer, bytes, offset)) return 'skipped';
    if (!this.#writeTimes(writer, bytes, offset)) return 'skipped';
    for (const attribute of this.#attributes) {
      if (!this.#writeAttribute(writer, attribute, bytes, offset)) return 'skipped';
    }
    if (this.#options.limits.attributes > 0) {
      writeTextAttribute(writer, configHead, this.#configAttribute, 0, this.#configAttribute.length);
    }
    writer.byte(spanTags.droppedAttributes);
    writer.varint(this.#droppedAttributes);
    writer.byte(spanTags.droppedEvents);
    writer.byte(0);
    writer.byte(spanTags.droppedLinks);
    writer.byte(0);
    if (!this.#writeStatus(writer, bytes, offset)) return 'skipped';
    writer.byte(flagsTag[0]);
    writer.byte(flagsTag[1]);
    // A span that is exported is sampled, whatever was said of its parent.
    writer.fixed32((Number(traceFlags) & 0xff) | 1 | hasIsRemote | (hasParent ? isRemote : 0));
    writer.end(span);
    return 'written';
  }

  /** Puts an id to `#id`. False when there is none, undefined when a decoder skips the record. */
  #readId(name: keyof typeof idBytes, bytes: Buffer, offset: number, to: number): boolean | undefined {
    const field = this.#ids[name];
    if (field === undefined) return false;
    const length = idBytes[name];
    if (field.isRaw) {
      let any = 0;
      for (let i = 0; i < length; i++) {
        const byte = bytes[offset + field.at + i]!;
        this.#id[to + i] = byte;
        any |= byte;
      }
      return any !== 0;
    }
    const text = this.#text(field, bytes, offset);
    if (text === undefined) return undefined;
    if (!/^[0-9a-f]*$/i.test(text) || text.length !== length * 2) {
      throw new ExporterError(
        'decode',
        `Cannot decode label "${name}": "${text}" is not ${length * 2} hex digits`,
      );
    }
    this.#id.write(text, to, 'hex');
    return !/^0*$/.test(text);
  }

  #randomId(to: number, length: number): void {
    const at = this.#random.take(length);
    for (let i = 0; i < length; i++) this.#id[to + i] = this.#random.pool[at + i]!;
  }

  #writeIds(writer: ProtobufWriter, hasParent: boolean): void {
    writer.byte(spanTags.traceId);
    writer.byte(16);
    writer.raw(this.#id, 0, 16);
    writer.byte(spanTags.spanId);
    writer.byte(8);
    writer.raw(this.#id, 16, 24);
    if (!hasParent) return;
    writer.byte(spanTags.parentSpanId);
    writer.byte(8);
    writer.raw(this.#id, 24, 32);
  }

  #writeName(writer: ProtobufWriter, bytes: Buffer, offset: number): boolean {
    const name = this.#name === undefined ? this.#defaultName : this.#text(this.#name, bytes, offset);
    if (name === undefined) return false;
    writer.byte(spanTags.name);
    writer.text(name || this.#defaultName);
    return true;
  }

  #writeKind(writer: ProtobufWriter, bytes: Buffer, offset: number): boolean {
    const kind = this.#choice(this.#kind, spanKinds, bytes, offset);
    writer.byte(spanTags.kind);
    writer.byte(kind + 1);
    return kind >= 0;
  }

  #writeStatus(writer: ProtobufWriter, bytes: Buffer, offset: number): boolean {
    const status = this.#choice(this.#status, spanStatuses, bytes, offset);
    writer.byte(spanTags.status);
    writer.byte(2);
    writer.byte(0x18); // Status.code
    writer.byte(Math.max(status, 0));
    return status >= 0;
  }

  /** The place of a label's text among the words it may be; the first without a label, -1 when it skips the record. */
  #choice(field: Field | undefined, words: readonly string[], bytes: Buffer, offset: number): number {
    if (field === undefined) return 0;
    const text = this.#text(field, bytes, offset);
    if (text === undefined) return -1;
    const at = words.indexOf(text);
    if (at >= 0) return at;
    throw new ExporterError(
      'decode',
      `Cannot decode label "${field.label.name}": "${text}" is none of ${words.join(', ')}`,
    );
  }

  #writeTimes(writer: ProtobufWriter, bytes: Buffer, offset: number): boolean {
    const number = this.#number;
    let low: number;
    let high: number;
    if (this.#start === undefined) {
      const now = this.#options.clock.now();
      low = Number(now & 0xffff_ffffn);
      high = Number(now >> 32n);
    } else {
      if (!this.#readNumber(this.#start, bytes, offset)) return false;
      const { fromHigh, fromLow } = this.#offset;
      let ahead: { high: number; low: number } = this.#offset;
      if (number[1]! < fromHigh || (number[1] === fromHigh && number[0]! < fromLow)) ahead = this.#earlier();
      low = number[0]! + ahead.low;
      high = number[1]! + ahead.high + (low > 0xffff_ffff ? 1 : 0);
    }
    writer.byte(spanTags.start);
    writer.fixed64(low, high);
    number.fill(0);
    if (this.#duration !== undefined && !this.#readNumber(this.#duration, bytes, offset)) return false;
    const endLow = (low >>> 0) + number[0]!;
    writer.byte(spanTags.end);
    writer.fixed64(endLow, high + number[1]! + (endLow > 0xffff_ffff ? 1 : 0));
    return true;
  }

  /** The record is from before the clock stepped, or the machine was suspended. */
  #earlier(): { high: number; low: number } {
    const monotonic = (BigInt(this.#number[1]!) << 32n) | BigInt(this.#number[0]!);
    const offset = BigInt.asUintN(64, this.#options.clock.offsetAt(monotonic));
    return { high: Number(offset >> 32n), low: Number(offset & 0xffff_ffffn) };
  }

  /** To `#number`; false when a decoder skips the record. */
  #readNumber(field: Field, bytes: Buffer, offset: number): boolean {
    const number = this.#number;
    if (field.isRaw) {
      const at = offset + field.at;
      number[0] = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      number[1] = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
      return true;
    }
    const text = this.#text(field, bytes, offset);
    if (text === undefined) return false;
    if (!/^\d{1,20}$/.test(text)) {
      throw new ExporterError(
        'decode',
        `Cannot decode label "${field.label.name}": "${text}" is not a number`,
      );
    }
    const value = BigInt(text);
    number[0] = Number(value & 0xffff_ffffn);
    number[1] = Number((value >> 32n) & 0xffff_ffffn);
    return true;
  }

  #writeAttribute(writer: ProtobufWriter, field: Attribute, bytes: Buffer, offset: number): boolean {
    const text = this.#text(field, bytes, offset);
    if (text === undefined) return false;
    const { valueLength } = this.#options.limits;
    const cut = field.type === 'string' && text.length > valueLength ? text.slice(0, valueLength) : text;
    writeAttribute(writer, spanTags.attribute, field.head, cut, field.type);
    return true;
  }

  /** Undefined when a decoder skips the record. */
  #text({ labels, at }: Field, bytes: Buffer, offset: number): string | undefined {
    return labels.decode(bytes, this.#texts, offset + at) ? this.#texts[0]! : undefined;
  }
}

const configHead = attributeHead('ebpf_exporter.config');

function isRaw({ name, size, decoders }: LabelSpec): boolean {
  const only = decoders.length === 1 ? decoders[0]!.name : undefined;
  if (only === 'hex') return size === idBytes[name as keyof typeof idBytes];
  return only === 'uint' && size === 8;
}
