/** Writes protobuf messages into one buffer that grows and is used again. Integers are little-endian, as on the wire. */
export class ProtobufWriter {
  /** What was written: `bytes` up to `at`. Both change with every call. */
  bytes: Buffer;
  at = 0;

  constructor(capacity = 4096) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + count));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }

  /** A number from 0 to 2^53. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.bytes[this.at++] = (rest % 128) | 0x80;
    this.bytes[this.at++] = rest;
  }

  /** Any 64 bits, as the unsigned number that they are. */
  bigVarint(value: bigint): void {
    this.reserve(10);
    let rest = BigInt.asUintN(64, value);
    for (; rest > 0x7fn; rest >>= 7n) this.bytes[this.at++] = Number(rest & 0x7fn) | 0x80;
    this.bytes[this.at++] = Number(rest);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  fixed32(value: number): void {
    this.reserve(4);
    const { bytes } = this;
    bytes[this.at++] = value;
    bytes[this.at++] = value >>> 8;
    bytes[this.at++] = value >>> 16;
    bytes[this.at++] = value >>> 24;
  }

  fixed64(low: number, high: number): void {
    this.fixed32(low);
    this.fixed32(high);
  }

  double(value: number): void {
    this.reserve(8);
    this.at = this.bytes.writeDoubleLE(value, this.at);
  }

  /** The bytes `from[start..end]` as they are. A loop: spans are made of short pieces. */
  raw(from: Uint8Array, start = 0, end = from.length): void {
    this.reserve(end - start);
    const { bytes } = this;
    if (end - start > 64) {
      bytes.set(from.subarray(start, end), this.at);
      this.at += end - start;
      return;
    }
    for (let i = start; i < end; i++) bytes[this.at++] = from[i]!;
  }

  /** A text and, in front, how long it is. */
  text(value: string): void {
    const start = this.begin();
    this.reserve(value.length * 3); // UTF-8 of any text of that length
    const { bytes } = this;
    let at = this.at;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        at = this.at + bytes.write(value, this.at);
        break;
      }
      bytes[at++] = code;
    }
    this.at = at;
    this.end(start);
  }

  /** Begins a part whose length stands in front of it; what it returns is for `end`. */
  begin(): number {
    this.reserve(1);
    return this.at++;
  }

  /** Ends the part: writes its length, for which one byte was kept. */
  end(start: number): void {
    const length = this.at - start - 1;
    if (length < 0x80) {
      this.bytes[start] = length;
      return;
    }
    let more = 0;
    for (let rest = length; rest > 0x7f; rest >>>= 7) more++;
    this.reserve(more);
    this.bytes.copyWithin(start + 1 + more, start + 1, this.at);
    const end = this.at + more;
    this.at = start;
    this.varint(length);
    this.at = end;
  }
}
