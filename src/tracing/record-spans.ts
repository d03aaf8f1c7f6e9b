import type { SpanSpec } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import type { Changing, System } from '../kernel/system.ts';
import { attributeHead, writeAttribute, writeTextAttribute } from './attribute-writer.ts';
import type { SpanLimits } from './environment.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import { type IdName, RecordField } from './record-field.ts';
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

type Attribute = { readonly field: RecordField; readonly head: Buffer };

/** Where ids are while their span is written. */
const [traceAt, spanAt, parentAt] = [0, 16, 24];

/**
 * Turns the records of one configured span into spans of OTLP (SPEC section 7), straight from bytes to bytes: an object
 * for each span would cost more than everything else.
 */
export class RecordSpans {
  readonly #options: RecordSpansOptions;
  readonly #size: number;
  readonly #fields = new Map<string, RecordField>();
  readonly #trace: RecordField | undefined;
  readonly #span: RecordField | undefined;
  readonly #parent: RecordField | undefined;
  readonly #start: RecordField | undefined;
  readonly #duration: RecordField | undefined;
  readonly #name: RecordField | undefined;
  readonly #flags: RecordField | undefined;
  readonly #status: RecordField | undefined;
  readonly #kind: RecordField | undefined;
  readonly #changing: ReadonlySet<Changing>;
  readonly #attributes: readonly Attribute[];
  readonly #droppedAttributes: number;
  readonly #defaultName: string;
  readonly #configName: Buffer;
  readonly #random = new SpanIds();
  readonly #ids = Buffer.alloc(32);
  /** Low and high words of the last number that was read. */
  readonly #number = new Uint32Array(2);
  /** How far wall time is ahead of monotonic times from `from` on, as numbers and as words. */
  #ahead = { from: 0n, offset: 0n, fromHigh: 0, fromLow: 0, high: 0, low: 0 };

  constructor(spec: SpanSpec, options: RecordSpansOptions) {
    this.#options = options;
    let at = 0;
    for (const label of spec.labels) {
      this.#fields.set(label.name, new RecordField(label, at, options.system));
      at += label.size + label.padding;
    }
    this.#size = at;
    this.#changing = new Set([...this.#fields.values()].flatMap(({ changing }) => changing));
    this.#trace = this.#take('trace_id');
    this.#parent = this.#take('parent_span_id');
    this.#span = this.#take('span_id');
    this.#start = this.#take('span_monotonic_timestamp_ns');
    this.#duration = this.#take('span_duration_ns');
    this.#name = this.#take('span_name');
    this.#flags = this.#take('trace_flags');
    this.#status = this.#take('span_status');
    this.#kind = this.#take('span_kind');
    const { attributes: most } = options.limits;
    const attributes = [...this.#fields.values()];
    this.#attributes = attributes
      .slice(0, Math.max(0, most - 1)) // one more says which config it is
      .map((field) => ({ field, head: attributeHead(field.label.name) }));
    this.#droppedAttributes = Math.max(0, attributes.length + 1 - most);
    this.#defaultName = spec.name || spec.ringbuf;
    this.#configName = Buffer.from(options.config);
  }

  /** Before records are turned: looks at the clock, and whether names that decoders ask for have changed. */
  begin(): void {
    const { clock } = this.#options;
    clock.refresh();
    for (const changing of this.#changing) changing.refresh();
    const { from, offset } = clock.current;
    if (offset === this.#ahead.offset && from === this.#ahead.from) return;
    const [fromHigh, fromLow] = wordsOf(from);
    const [high, low] = wordsOf(offset);
    this.#ahead = { from, offset, fromHigh, fromLow, high, low };
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
    const hasTrace = this.#id(this.#trace, bytes, offset, traceAt);
    const hasSpan = this.#id(this.#span, bytes, offset, spanAt);
    const namesParent = this.#id(this.#parent, bytes, offset, parentAt);
    const traceFlags = this.#flags === undefined ? '1' : this.#flags.text(bytes, offset);
    if (hasTrace === undefined || hasSpan === undefined || namesParent === undefined) return 'skipped';
    if (traceFlags === undefined) return 'skipped';
    if (!hasTrace) this.#randomId(traceAt, 16);
    if (!hasSpan) this.#randomId(spanAt, 8);
    const hasParent = hasTrace && namesParent; // a parent in no trace is none
    const sampled = (Number(traceFlags) & 1) === 1;
    if (!this.#options.sampler(this.#ids, traceAt, hasParent ? sampled : undefined)) return 'unsampled';

    writer.byte(0x12); // ScopeSpans.spans
    const span = writer.begin();
    this.#writeIds(writer, hasParent);
    if (!this.#writeName(writer, bytes, offset)) return 'skipped';
    const kind = this.#kind === undefined ? 0 : this.#kind.choice(spanKinds, bytes, offset);
    if (kind === undefined) return 'skipped';
    writer.byte(spanTags.kind);
    writer.byte(kind + 1);
    if (!this.#writeTimes(writer, bytes, offset)) return 'skipped';
    if (!this.#writeAttributes(writer, bytes, offset)) return 'skipped';
    for (const tag of [spanTags.droppedEvents, spanTags.droppedLinks]) {
      writer.byte(tag);
      writer.byte(0);
    }
    const status = this.#status === undefined ? 0 : this.#status.choice(spanStatuses, bytes, offset);
    if (status === undefined) return 'skipped';
    writer.byte(spanTags.status);
    writer.byte(2);
    writer.byte(0x18); // Status.code
    writer.byte(status);
    writer.byte(flagsTag[0]);
    writer.byte(flagsTag[1]);
    // A span that is exported is sampled, whatever was said of its parent.
    writer.fixed32((Number(traceFlags) & 0xff) | 1 | hasIsRemote | (hasParent ? isRemote : 0));
    writer.end(span);
    return 'written';
  }

  /** A label that has a meaning of its own; the others are attributes. */
  #take(name: IdName | string): RecordField | undefined {
    const field = this.#fields.get(name);
    this.#fields.delete(name);
    return field;
  }

  #id(field: RecordField | undefined, bytes: Buffer, offset: number, at: number): boolean | undefined {
    return field === undefined ? false : field.id(bytes, offset, this.#ids, at);
  }

  #randomId(at: number, length: number): void {
    const from = this.#random.take(length);
    for (let i = 0; i < length; i++) this.#ids[at + i] = this.#random.pool[from + i]!;
  }

  #writeIds(writer: ProtobufWriter, hasParent: boolean): void {
    writer.byte(spanTags.traceId);
    writer.byte(16);
    writer.raw(this.#ids, traceAt, spanAt);
    writer.byte(spanTags.spanId);
    writer.byte(8);
    writer.raw(this.#ids, spanAt, parentAt);
    if (!hasParent) return;
    writer.byte(spanTags.parentSpanId);
    writer.byte(8);
    writer.raw(this.#ids, parentAt);
  }

  #writeName(writer: ProtobufWriter, bytes: Buffer, offset: number): boolean {
    const name = this.#name === undefined ? this.#defaultName : this.#name.text(bytes, offset);
    if (name === undefined) return false;
    writer.byte(spanTags.name);
    writer.text(name || this.#defaultName);
    return true;
  }

  #writeTimes(writer: ProtobufWriter, bytes: Buffer, offset: number): boolean {
    const number = this.#number;
    let low: number;
    let high: number;
    if (this.#start === undefined) {
      [high, low] = wordsOf(this.#options.clock.now());
    } else {
      if (!this.#start.number(bytes, offset, number)) return false;
      const { fromHigh, fromLow } = this.#ahead;
      const isEarlier = number[1]! < fromHigh || (number[1] === fromHigh && number[0]! < fromLow);
      const ahead = isEarlier ? this.#aheadEarlier() : this.#ahead;
      low = number[0]! + ahead.low;
      high = number[1]! + ahead.high + (low > 0xffff_ffff ? 1 : 0);
    }
    writer.byte(spanTags.start);
    writer.fixed64(low, high);
    number.fill(0);
    if (this.#duration !== undefined && !this.#duration.number(bytes, offset, number)) return false;
    const endLow = (low >>> 0) + number[0]!;
    writer.byte(spanTags.end);
    writer.fixed64(endLow, high + number[1]! + (endLow > 0xffff_ffff ? 1 : 0));
    return true;
  }

  /** The record is from before the clock stepped, or the machine was suspended. */
  #aheadEarlier(): { high: number; low: number } {
    const monotonic = (BigInt(this.#number[1]!) << 32n) | BigInt(this.#number[0]!);
    const [high, low] = wordsOf(this.#options.clock.offsetAt(monotonic));
    return { high, low };
  }

  #writeAttributes(writer: ProtobufWriter, bytes: Buffer, offset: number): boolean {
    const { attributes: most, valueLength } = this.#options.limits;
    for (const { field, head } of this.#attributes) {
      const text = field.text(bytes, offset);
      if (text === undefined) return false;
      const type = field.label.type ?? 'string';
      const cut = type === 'string' && text.length > valueLength ? text.slice(0, valueLength) : text;
      writeAttribute(writer, spanTags.attribute, head, cut, type);
    }
    if (most > 0) writeTextAttribute(writer, configHead, this.#configName, 0, this.#configName.length);
    writer.byte(spanTags.droppedAttributes);
    writer.varint(this.#droppedAttributes);
    return true;
  }
}

const configHead = attributeHead('ebpf_exporter.config');

/** The high word and the low one, of 64 bits. */
function wordsOf(value: bigint): [high: number, low: number] {
  return [Number((value >> 32n) & 0xffff_ffffn), Number(value & 0xffff_ffffn)];
}
