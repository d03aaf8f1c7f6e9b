import type { HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { AttributeValue } from './attribute-writer.ts';
import { type ProtobufField, readProtobuf } from './protobuf-reader.ts';

type Fields = ReadonlyMap<number, readonly ProtobufField[]>;
type Attributes = Record<string, AttributeValue>;

/**
 * The spans of an ExportTraceServiceRequest as objects of the SDK, for exporters that need those. Throws what
 * `readProtobuf` throws.
 */
export function readSpans(request: Buffer): ReadableSpan[] {
  return parts(fieldsOf(request), 1).flatMap((resourceSpans) => {
    const attributes = attributesOf(parts(resourceSpans, 1)[0], 1);
    const resource = {
      attributes,
      getRawAttributes: () => Object.entries(attributes),
    } as unknown as ReadableSpan['resource'];
    return parts(resourceSpans, 2).flatMap((scopeSpans) => {
      const scope = parts(scopeSpans, 1)[0];
      const instrumentationScope = { name: text(scope, 1), version: text(scope, 2) };
      return parts(scopeSpans, 2).map((span) => readSpan(span, { resource, instrumentationScope }));
    });
  });
}

function readSpan(
  span: Fields,
  common: Pick<ReadableSpan, 'resource' | 'instrumentationScope'>,
): ReadableSpan {
  const traceId = hex(span, 1);
  const flags = Number(one(span, 16)?.big ?? 0n);
  const context = { traceId, spanId: hex(span, 2), traceFlags: flags & 0xff };
  const parent = hex(span, 4);
  const [start, end] = [one(span, 7)?.big ?? 0n, one(span, 8)?.big ?? 0n];
  const status = parts(span, 15)[0];
  return {
    ...common,
    name: text(span, 5),
    kind: Number(one(span, 6)?.big ?? 1n) - 1,
    spanContext: () => context,
    ...(parent === ''
      ? {}
      : { parentSpanContext: { traceId, spanId: parent, traceFlags: 1, isRemote: (flags & 0x200) !== 0 } }),
    startTime: hrTime(start),
    endTime: hrTime(end),
    duration: hrTime(end - start),
    ended: true,
    status: {
      code: Number(one(status, 3)?.big ?? 0n),
      ...(text(status, 2) === '' ? {} : { message: text(status, 2) }),
    },
    attributes: attributesOf(span, 9),
    links: [],
    events: parts(span, 11).map((event) => ({
      time: hrTime(one(event, 1)?.big ?? 0n),
      name: text(event, 2),
      attributes: attributesOf(event, 3),
    })),
    droppedAttributesCount: Number(one(span, 10)?.big ?? 0n),
    droppedEventsCount: Number(one(span, 12)?.big ?? 0n),
    droppedLinksCount: Number(one(span, 14)?.big ?? 0n),
  };
}

function fieldsOf(message: Buffer): Fields {
  return Map.groupBy(readProtobuf(message), ({ number }) => number);
}

function parts(fields: Fields | undefined, number: number): Fields[] {
  return (fields?.get(number) ?? []).map(({ bytes }) => fieldsOf(bytes));
}

function one(fields: Fields | undefined, number: number): ProtobufField | undefined {
  return fields?.get(number)?.at(-1);
}

function text(fields: Fields | undefined, number: number): string {
  return one(fields, number)?.bytes.toString() ?? '';
}

function hex(fields: Fields, number: number): string {
  return one(fields, number)?.bytes.toString('hex') ?? '';
}

function attributesOf(fields: Fields | undefined, number: number): Attributes {
  return Object.fromEntries(
    parts(fields, number).map((pair) => [text(pair, 1), attributeValue(parts(pair, 2)[0])]),
  );
}

function attributeValue(value: Fields | undefined): AttributeValue {
  const [field] = [...(value?.values() ?? [])].flat();
  if (field?.number === 2) return field.big !== 0n;
  if (field?.number === 3) return Number(BigInt.asIntN(64, field.big));
  if (field?.number === 4) return field.bytes.readDoubleLE();
  return field?.bytes.toString() ?? '';
}

function hrTime(ns: bigint): HrTime {
  return [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];
}
