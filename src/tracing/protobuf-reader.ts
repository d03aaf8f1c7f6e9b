/** One field of a protobuf message. Lengths and varints beyond 2^53 are exact in `big`. */
export type ProtobufField = {
  readonly number: number;
  /** What the wire type gives: the bytes of a part, of a fixed number, or those of a varint's number as 8. */
  readonly bytes: Buffer;
  readonly big: bigint;
};

/** The fields of a message in their order. Throws a RangeError when it is cut off, a TypeError for an unknown wire type. */
export function* readProtobuf(message: Buffer): Iterable<ProtobufField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError(`field of ${length} bytes at ${at} is cut off`);
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    const wire = tag & 7;
    if (wire === 0) {
      yield { number, bytes: Buffer.alloc(0), big: varint() };
    } else if (wire === 1) {
      const bytes = take(8);
      yield { number, bytes, big: bytes.readBigUInt64LE() };
    } else if (wire === 2) {
      yield { number, bytes: take(Number(varint())), big: 0n };
    } else if (wire === 5) {
      const bytes = take(4);
      yield { number, bytes, big: BigInt(bytes.readUInt32LE()) };
    } else {
      throw new TypeError(`wire type ${wire} at ${at}`);
    }
  }
}
