import { numberText } from './number-text.ts';

/** Bytes of a page as they are written: a buffer that grows and is used again for the next page. */
export class Page {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 64 * 1024) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  /** Starts over; bytes handed out before are no longer valid. */
  clear(): void {
    this.#length = 0;
  }

  /** What was written, without a copy: valid until the next write. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
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

  /** A sample value; see `numberText`. Small integers, which most are, go without a string. */
  number(value: number): void {
    if (!(Number.isInteger(value) && value >= 0 && value < 1e6)) {
      this.text(numberText(value));
      return;
    }
    this.#reserve(8);
    let digits = 1;
    for (let bound = 10; value >= bound; bound *= 10) digits++;
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const next = Math.floor(rest / 10);
      this.#bytes[at] = 48 + rest - next * 10;
      rest = next;
    }
    this.#length += digits;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}
