/** One field of a protobuf message: its bytes, or the number that a varint has. */
export type ProtobufField = { readonly number: number; readonly bytes: Buffer; readonly value: number };

const nothing = Buffer.alloc(0);

/** The fields of a message in their order (https://protobuf.dev/programming-guides/encoding/). Throws when it is cut off. */
export function* protobufFields(message: Buffer): Iterable<ProtobufField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === 0) {
      yield { number, bytes: nothing, value: varint() };
      continue;
    }
    const size = wireType === 2 ? varint() : wireType === 1 ? 8 : wireType === 5 ? 4 : Number.NaN;
    if (!(at + size <= message.length)) throw new Error(`field ${number} of a message is cut off`);
    yield { number, bytes: message.subarray(at, at + size), value: 0 };
    at += size;
  }
}

/** The last field of that number as a message; an empty one where there is none. */
export function messageAt(message: Buffer, number: number): Buffer {
  let found: Buffer = nothing;
  for (const field of protobufFields(message)) if (field.number === number) found = field.bytes;
  return found;
}

/** The last field of that number as a text; empty where there is none. */
export function textAt(message: Buffer, number: number): string {
  return messageAt(message, number).toString();
}

/** Every field of that number as a message. */
export function messagesAt(message: Buffer, number: number): Buffer[] {
  return [...protobufFields(message)].filter((field) => field.number === number).map(({ bytes }) => bytes);
}
