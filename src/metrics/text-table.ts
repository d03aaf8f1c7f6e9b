import { free, moved } from './moved.ts';

/** Bytes behind the last text that may be read with it. */
const slack = 8;
/** Random, so that nobody can prepare texts that collide. */
const seed = (Math.random() * 0x100000000) | 0;

/** Different texts, numbered from 0 in the order they came; all in one buffer, without an object for each. */
export class TextTable {
  #size = 0;
  #bytes: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(1024);
  #view = new DataView(this.#bytes.buffer);
  /** Where each text starts; the next one's start is its end. */
  #starts = new Uint32Array(33);
  /** Number + 1 of the text in each place, 0 for none; a power of two long, at most four fifths full. */
  #places = new Int32Array(64);

  get size(): number {
    return this.#size;
  }

  /** All texts, valid until the next `intern` or `keep`; 7 bytes past the end of any may be read. */
  get view(): DataView {
    return this.#view;
  }

  start(text: number): number {
    return this.#starts[text]!;
  }

  end(text: number): number {
    return this.#starts[text + 1]!;
  }

  text(text: number): string {
    return this.#bytes.toString('utf8', this.start(text), this.end(text));
  }

  /** The number of an equal text, or of this one, added. */
  intern(text: string): number {
    const start = this.#starts[this.#size]!;
    const needed = start + text.length * 3 + slack;
    if (needed > this.#bytes.length) this.#resizeBytes(Math.max(Math.ceil(this.#bytes.length * 1.5), needed));
    const end = start + this.#bytes.write(text, start);
    const mask = this.#places.length - 1;
    let place = this.#hash(start, end) & mask;
    for (; this.#places[place] !== 0; place = (place + 1) & mask) {
      const known = this.#places[place]! - 1;
      if (this.#equal(known, start, end)) return known;
    }
    const number = this.#size++;
    this.#places[place] = this.#size;
    if (this.#size + 1 > this.#starts.length - 1) this.#resizeTexts(Math.ceil(this.#starts.length * 1.5));
    this.#starts[this.#size] = end;
    if (this.#size * 5 > this.#places.length * 4) this.#rehash(this.#places.length * 2);
    return number;
  }

  /** Drops the texts that are not flagged; gives each one's new number, -1 for those. */
  keep(flags: Uint8Array): Int32Array {
    const moved = new Int32Array(this.#size);
    let kept = 0;
    let to = 0;
    for (let text = 0; text < this.#size; text++) {
      moved[text] = flags[text] === 1 ? kept : -1;
      if (flags[text] !== 1) continue;
      const start = this.start(text);
      const end = this.end(text);
      this.#bytes.copyWithin(to, start, end);
      to += end - start;
      // Texts move to the front only: what is overwritten was read.
      this.#starts[kept++] = to - (end - start);
    }
    this.#size = kept;
    this.#starts[kept] = to;
    this.#resizeBytes(Math.max(1024, Math.ceil(to * 1.25) + slack));
    this.#resizeTexts(Math.max(33, Math.ceil(kept * 1.25) + 2));
    this.#rehash(Math.max(64, 2 ** Math.ceil(Math.log2((kept + 1) * 1.25))));
    return moved;
  }

  /** Texts of one table begin alike: what differs is near the end. */
  #equal(text: number, start: number, end: number): boolean {
    const bytes = this.#bytes;
    let theirs = this.end(text);
    if (theirs - this.start(text) !== end - start) return false;
    for (let ours = end; ours > start; ) {
      if (bytes[--ours] !== bytes[--theirs]) return false;
    }
    return true;
  }

  #resizeBytes(length: number): void {
    this.#bytes = Buffer.from(moved(this.#bytes, length));
    this.#view = new DataView(this.#bytes.buffer);
  }

  #resizeTexts(length: number): void {
    this.#starts = new Uint32Array(moved(this.#starts, length * 4));
  }

  #rehash(places: number): void {
    free(this.#places);
    this.#places = new Int32Array(places);
    const mask = places - 1;
    for (let text = 0; text < this.#size; text++) {
      let place = this.#hash(this.start(text), this.end(text)) & mask;
      while (this.#places[place] !== 0) place = (place + 1) & mask;
      this.#places[place] = text + 1;
    }
  }

  #hash(start: number, end: number): number {
    let hash = seed;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ this.#bytes[i]!, 0x01000193);
    hash ^= hash >>> 15;
    return Math.imul(hash, 0x2c1b3c6d) ^ (hash >>> 12);
  }
}
