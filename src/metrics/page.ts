import { numberText } from './number-text.ts';

/** Room behind every piece of a page: copies go in words of 8 bytes and may write past their end. */
const slack = 8;

/** A page of this size is never too large to keep. */
const keptBytes = 1 << 20;

const one = new Float64Array(1);

/** Bytes of a page as they are written: a buffer that grows and is used again for the next page. */
export class Page {
  #bytes: Buffer;
  #view: DataView;
  #length = 0;

  constructor(capacity = 64 * 1024) {
    [this.#bytes, this.#view] = buffer(capacity);
  }

  /** Starts over; bytes handed out before are no longer valid. Memory that the last page had no use for is given back. */
  clear(): void {
    if (this.#bytes.length > keptBytes && this.#length * 4 < this.#bytes.length) {
      [this.#bytes, this.#view] = buffer(Math.max(keptBytes, this.#length * 2));
    }
    this.#length = 0;
  }

  /** What was written, without a copy: valid until the next write. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  piece({ view, length }: Piece): void {
    this.copy(view, 0, length);
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Bytes `start..end` of `source`, which is readable for 7 bytes more: for short pieces quicker than a native copy. */
  copy(source: DataView, start: number, end: number): void {
    this.#reserve(end - start);
    const view = this.#view;
    for (let from = start, to = this.#length; from < end; from += 8, to += 8) {
      view.setBigUint64(to, source.getBigUint64(from, true), true);
    }
    this.#length += end - start;
  }

  /** Bytes `start..end` of this page again. */
  repeat(start: number, end: number): void {
    this.#reserve(end - start);
    this.copy(this.#view, start, end);
  }

  /** A sample value; see `numberText`. */
  number(value: number): void {
    one[0] = value;
    this.numberAt(one, 0);
  }

  /**
   * The same from an array, so that no number is made an object on its way here. Whole numbers, which most are, go
   * without a string too.
   */
  numberAt(values: Float64Array, index: number): void {
    const value = values[index]!;
    if (!(Number.isInteger(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER)) {
      this.text(numberText(value));
      return;
    }
    this.#reserve(24);
    if (value < 1e6) {
      const digits = digitsOf(value);
      this.#digits(value, this.#length, digits);
      this.#length += digits;
    } else {
      this.#exponent(value);
    }
  }

  /** All digits of an integer below 2^53 are its shortest ones, but for zeros at the end. */
  #exponent(value: number): void {
    const bytes = this.#bytes;
    const start = this.#length;
    const high = Math.floor(value / 1e8);
    const low = value - high * 1e8;
    const highDigits = high === 0 ? 0 : digitsOf(high);
    const lowDigits = high === 0 ? digitsOf(low) : 8;
    if (high > 0) this.#digits(high, start + 1, highDigits);
    this.#digits(low, start + 1 + highDigits, lowDigits);
    const exponent = highDigits + lowDigits - 1;
    let end = start + 2 + exponent;
    bytes[start] = bytes[start + 1]!;
    bytes[start + 1] = 0x2e;
    while (bytes[end - 1] === 0x30) end--;
    if (end === start + 2) end--; // no digit is left behind the point
    bytes[end++] = 0x65;
    bytes[end++] = 0x2b;
    this.#digits(exponent, end, 2);
    this.#length = end + 2;
  }

  /** Of an integer below 2^31, with zeros in front. */
  #digits(value: number, start: number, digits: number): void {
    const bytes = this.#bytes;
    let rest = value | 0;
    for (let at = start + digits - 1; at >= start; at--) {
      const next = (rest / 10) | 0;
      bytes[at] = 48 + rest - next * 10;
      rest = next;
    }
  }

  #reserve(more: number): void {
    if (this.#length + more + slack > this.#bytes.length) this.#grow(more);
  }

  #grow(more: number): void {
    const old = this.#bytes;
    [this.#bytes, this.#view] = buffer(Math.max(old.length * 2, this.#length + more + slack));
    old.copy(this.#bytes, 0, 0, this.#length);
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}

function buffer(capacity: number): [Buffer, DataView] {
  const bytes = Buffer.allocUnsafeSlow(capacity);
  return [bytes, new DataView(bytes.buffer)];
}

/** A piece of text that is written often; see `Page.copy`. */
export type Piece = { readonly view: DataView; readonly length: number };

export function piece(text: string): Piece {
  const bytes = Buffer.from(text);
  const [padded, view] = buffer(bytes.length + slack);
  bytes.copy(padded);
  return { view, length: bytes.length };
}
