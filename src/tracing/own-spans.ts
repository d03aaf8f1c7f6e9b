import { type AttributeValue, writeAttributes } from './attribute-writer.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import { flagsTag, hasIsRemote, spanTags } from './span-fields.ts';
import { SpanIds } from './span-ids.ts';

/** What this process did itself. Times are wall time in nanoseconds. */
export type OwnSpan = {
  readonly name: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly events: readonly OwnEvent[];
  readonly children: readonly OwnSpan[];
  /** Why it failed. */
  readonly error?: string;
};

export type OwnEvent = {
  readonly name: string;
  readonly time: bigint;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
};

const errorStatus = 2;

/** Writes a span and what is below it as a trace, each as a field of ScopeSpans. How many they are. */
export function writeOwnSpans(writer: ProtobufWriter, root: OwnSpan): number {
  const ids = new SpanIds();
  const id = (length: number): Buffer => {
    const at = ids.take(length);
    return Buffer.from(ids.pool.subarray(at, at + length));
  };
  const trace = id(16);
  const write = (span: OwnSpan, parent: Buffer | undefined): number => {
    const own = id(8);
    writeSpan(writer, span, [trace, own, parent]);
    return span.children.reduce((sum, child) => sum + write(child, own), 1);
  };
  return write(root, undefined);
}

type Ids = readonly [trace: Buffer, span: Buffer, parent: Buffer | undefined];

function writeSpan(writer: ProtobufWriter, span: OwnSpan, [trace, own, parent]: Ids): void {
  writer.byte(0x12); // ScopeSpans.spans
  const start = writer.begin();
  writeBytes(writer, spanTags.traceId, trace);
  writeBytes(writer, spanTags.spanId, own);
  if (parent !== undefined) writeBytes(writer, spanTags.parentSpanId, parent);
  writer.byte(spanTags.name);
  writer.text(span.name);
  writer.byte(spanTags.kind);
  writer.byte(1);
  writeTime(writer, spanTags.start, span.start);
  writeTime(writer, spanTags.end, span.end);
  writeAttributes(writer, spanTags.attribute, span.attributes);
  writer.byte(spanTags.droppedAttributes);
  writer.byte(0);
  for (const event of span.events) writeEvent(writer, event);
  writer.byte(spanTags.droppedEvents);
  writer.byte(0);
  writer.byte(spanTags.droppedLinks);
  writer.byte(0);
  writer.byte(spanTags.status);
  const status = writer.begin();
  if (span.error !== undefined) {
    writer.byte(0x12);
    writer.text(span.error);
  }
  writer.byte(0x18);
  writer.byte(span.error === undefined ? 0 : errorStatus);
  writer.end(status);
  writer.byte(flagsTag[0]);
  writer.byte(flagsTag[1]);
  writer.fixed32(1 | hasIsRemote);
  writer.end(start);
}

function writeEvent(writer: ProtobufWriter, event: OwnEvent): void {
  writer.byte(spanTags.event);
  const start = writer.begin();
  writeTime(writer, 0x09, event.time);
  writer.byte(0x12);
  writer.text(event.name);
  writeAttributes(writer, 0x1a, event.attributes);
  writer.byte(0x20); // dropped_attributes_count
  writer.byte(0);
  writer.end(start);
}

function writeBytes(writer: ProtobufWriter, tag: number, bytes: Buffer): void {
  writer.byte(tag);
  writer.byte(bytes.length);
  writer.raw(bytes);
}

function writeTime(writer: ProtobufWriter, tag: number, ns: bigint): void {
  writer.byte(tag);
  writer.fixed64(Number(ns & 0xffff_ffffn), Number(ns >> 32n));
}
