import { numberText } from './number-text.ts';

/** Room behind every piece of a page: copies go in words of 8 bytes and may write past their end. */
const slack = 8;

/** No number is longer. */
const numberBytes = 32;
const newline = 10;

/** `00` to `99`, as little-endian words */
const pairs = Uint16Array.from(
  { length: 100 },
  (_, pair) => 0x3030 + Math.floor(pair / 10) + (pair % 10) * 256,
);

const one = new Float64Array(1);

/** A part of a page; its bytes are valid until the next part is asked for. */
export type PagePart = { readonly bytes: Buffer; readonly last: boolean };

/** Bytes of a page as they are written, in a buffer that grows. */
export class Page {
  #bytes: Buffer;
  #view: DataView;
  #length = 0;

  constructor(capacity = 64 * 1024) {
    [this.#bytes, this.#view] = buffer(capacity);
  }

  /** Starts over in memory that nobody needs; bytes handed out before stay as they are, if they were elsewhere. */
  moveTo(memory: Buffer): void {
    this.#bytes = memory;
    this.#view = new DataView(memory.buffer, memory.byteOffset, memory.length);
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

  /**
   * A line: `before`, bytes `start..end` of `source`, which is readable for 7 bytes more, `after`, the value at an index.
   * In one go, since most of a page is that.
   */
  sample(
    before: Piece,
    source: DataView,
    start: number,
    end: number,
    after: Piece,
    values: Float64Array,
    index: number,
  ): void {
    this.#reserve(before.length + end - start + after.length);
    const view = this.#view;
    let at = copyWords(before.view, 0, before.length, view, this.#length);
    at = copyWords(source, start, end, view, at);
    this.#length = copyWords(after.view, 0, after.length, view, at);
    this.numberAt(values, index);
    this.#bytes[this.#length++] = newline; // where the number had room to spare
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
    this.#reserve(numberBytes);
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
    this.#view.setUint16(end, pairs[exponent]!, true);
    this.#length = end + 2;
  }

  /** Of an integer below 2^31, with zeros in front; two digits at a time. */
  #digits(value: number, start: number, digits: number): void {
    const view = this.#view;
    let rest = value | 0;
    let at = start + digits;
    for (; at - start >= 2; at -= 2) {
      const next = (rest / 100) | 0;
      view.setUint16(at - 2, pairs[rest - next * 100]!, true);
      rest = next;
    }
    if (at > start) this.#bytes[start] = 48 + rest;
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

/** Of an integer below 10^9. */
function digitsOf(value: number): number {
  if (value < 1000) return value < 10 ? 1 : value < 100 ? 2 : 3;
  if (value < 1e6) return value < 1e4 ? 4 : value < 1e5 ? 5 : 6;
  return value < 1e7 ? 7 : value < 1e8 ? 8 : 9;
}

/** In words of 8 bytes: for short pieces quicker than a native copy. Where they end. */
function copyWords(source: DataView, start: number, end: number, target: DataView, to: number): number {
  for (let from = start, at = to; from < end; from += 8, at += 8) {
    target.setBigUint64(at, source.getBigUint64(from, true), true);
  }
  return to + end - start;
}

function buffer(capacity: number): [Buffer, DataView] {
  const bytes = Buffer.allocUnsafeSlow(capacity);
  return [bytes, new DataView(bytes.buffer)];
}

/** A piece of text that is written often, readable for 7 bytes more. */
export type Piece = { readonly view: DataView; readonly length: number };

export function piece(text: string): Piece {
  const bytes = Buffer.from(text);
  const [padded, view] = buffer(bytes.length + slack);
  bytes.copy(padded);
  return { view, length: bytes.length };
}
