import type { ProtobufWriter } from './protobuf-writer.ts';
import { ProtobufWriter as Writer } from './protobuf-writer.ts';
import { spanTags } from './span-fields.ts';

export type AttributeType = 'string' | 'int' | 'double' | 'bool';
export type AttributeValue = string | number | boolean;

const keyTag = 0x0a;
const valueTag = 0x12;
const valueTags = { string: 0x0a, bool: 0x10, int: 0x18, double: 0x21 } as const;

/** `1: KEY, tag of value`: what an attribute of this name begins with, behind its length. */
export function attributeHead(name: string): Buffer {
  const writer = new Writer(64);
  writer.byte(keyTag);
  writer.text(name);
  writer.byte(valueTag);
  return Buffer.from(writer.bytes.subarray(0, writer.at));
}

/** Writes a KeyValue. Its text says what it is; what is not of the type that was asked for stays text. */
export function writeAttribute(
  writer: ProtobufWriter,
  tag: number,
  head: Buffer,
  text: string,
  type: AttributeType,
): void {
  writer.byte(tag);
  const attribute = writer.begin();
  writer.raw(head);
  const value = writer.begin();
  writeValue(writer, text, type);
  writer.end(value);
  writer.end(attribute);
}

function writeValue(writer: ProtobufWriter, text: string, type: AttributeType): void {
  if (type === 'int' && /^-?\d{1,20}$/.test(text)) {
    writer.byte(valueTags.int);
    writer.bigVarint(BigInt(text));
  } else if (type === 'double' && text !== '' && !Number.isNaN(Number(text))) {
    writer.byte(valueTags.double);
    writer.double(Number(text));
  } else if (type === 'bool' && /^(true|false|0|1)$/.test(text)) {
    writer.byte(valueTags.bool);
    writer.byte(text === 'true' || text === '1' ? 1 : 0);
  } else {
    writer.byte(valueTags.string);
    writer.text(text);
  }
}

/** Writes a string attribute whose UTF-8 is `from[start..end]`. */
export function writeTextAttribute(
  writer: ProtobufWriter,
  head: Buffer,
  from: Buffer,
  start: number,
  end: number,
): void {
  writer.byte(spanTags.attribute);
  const attribute = writer.begin();
  writer.raw(head);
  const value = writer.begin();
  writer.byte(valueTags.string);
  const text = writer.begin();
  writer.raw(from, start, end);
  writer.end(text);
  writer.end(value);
  writer.end(attribute);
}

/** All attributes of a resource, a span or an event of our own making. */
export function writeAttributes(
  writer: ProtobufWriter,
  tag: number,
  attributes: Readonly<Record<string, AttributeValue>>,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    const type =
      typeof value === 'number'
        ? Number.isInteger(value)
          ? 'int'
          : 'double'
        : typeof value === 'boolean'
          ? 'bool'
          : 'string';
    writeAttribute(writer, tag, attributeHead(name), String(value), type);
  }
}
