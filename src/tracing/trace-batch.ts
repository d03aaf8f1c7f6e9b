import { type AttributeValue, writeAttributes } from './attribute-writer.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** An ExportTraceServiceRequest of OTLP, as bytes, and how many spans are in it. */
export type TraceBatch = { readonly bytes: Buffer; readonly spans: number };

export type Scope = { readonly name: string; readonly version: string };

/** What has the same resource: the spans of one service. */
type Group = { readonly head: Buffer; readonly spans: ProtobufWriter };

/**
 * Spans on their way into one request. Whoever adds a span writes it, as a field of ScopeSpans, behind what the writer of
 * its service holds.
 */
export class TraceBatchBuilder {
  readonly #scope: Scope;
  readonly #groups = new Map<string, Group>();
  readonly #resourceOf: (service: string) => Readonly<Record<string, AttributeValue>>;
  #spans = 0;

  constructor(scope: Scope, resourceOf: (service: string) => Readonly<Record<string, AttributeValue>>) {
    this.#scope = scope;
    this.#resourceOf = resourceOf;
  }

  get spans(): number {
    return this.#spans;
  }

  /** Where the spans of a service are written to. */
  writer(service: string): ProtobufWriter {
    let group = this.#groups.get(service);
    if (group === undefined) {
      group = { head: this.#head(service), spans: new ProtobufWriter() };
      this.#groups.set(service, group);
    }
    return group.spans;
  }

  /** So many spans more were written. */
  added(count: number): void {
    this.#spans += count;
  }

  /** The request of all spans since the last call. */
  finish(): TraceBatch {
    const request = new ProtobufWriter(this.#bytes());
    for (const { head, spans } of this.#groups.values()) {
      if (spans.at === 0) continue;
      const scope = this.#scopeBytes();
      const scopeLength = scope.length + spans.at;
      request.byte(0x0a); // resource_spans
      const length = new ProtobufWriter(16);
      length.varint(scopeLength);
      request.varint(head.length + 1 + length.at + scopeLength);
      request.raw(head);
      request.byte(0x12); // scope_spans
      request.varint(scopeLength);
      request.raw(scope);
      request.raw(spans.bytes, 0, spans.at);
      spans.at = 0;
    }
    const batch = { bytes: request.bytes.subarray(0, request.at), spans: this.#spans };
    this.#spans = 0;
    return batch;
  }

  #bytes(): number {
    let sum = 64;
    for (const { head, spans } of this.#groups.values()) sum += head.length + spans.at + 256;
    return sum;
  }

  /** ResourceSpans up to its scope_spans. */
  #head(service: string): Buffer {
    const writer = new ProtobufWriter(256);
    writer.byte(0x0a);
    const resource = writer.begin();
    writeAttributes(writer, 0x0a, this.#resourceOf(service));
    writer.byte(0x10); // dropped_attributes_count
    writer.byte(0);
    writer.end(resource);
    return Buffer.from(writer.bytes.subarray(0, writer.at));
  }

  #scopeBytes(): Buffer {
    const writer = new ProtobufWriter(64);
    writer.byte(0x0a);
    const scope = writer.begin();
    writer.byte(0x0a);
    writer.text(this.#scope.name);
    writer.byte(0x12);
    writer.text(this.#scope.version);
    writer.end(scope);
    return writer.bytes.subarray(0, writer.at);
  }
}
