import { free, moved } from './moved.ts';

/** Random, so that nobody can prepare keys that collide. */
const seed = (Math.random() * 0x100000000) | 0;

/**
 * Key bytes → one or more numbers, without an object or a string per key: open addressing over one array of indices, keys
 * in one buffer. Entries are numbered from 0 in the order they came; `forget` renumbers them.
 */
export class KeyTable {
  readonly keySize: number;
  readonly targetsPerKey: number;
  #size = 0;
  /** Index + 1 of the entry in each place, 0 for none; a power of two long, at most four fifths full. */
  #places = new Int32Array(64);
  #keys: Buffer<ArrayBuffer>;
  #targets: Int32Array<ArrayBuffer>;
  #stamps = new Uint32Array(32);
  /** The entry after the one found last: maps are walked in the same order every time, so it is nearly always next. */
  #next = 0;
  /** The same bytes as words, where keys are made of whole ones. */
  #words: Int32Array;
  #source: Uint8Array | undefined;
  #sourceWords: Int32Array = new Int32Array(0);

  constructor(keySize: number, targetsPerKey = 1) {
    this.keySize = keySize;
    this.targetsPerKey = targetsPerKey;
    this.#targets = new Int32Array(32 * targetsPerKey);
    this.#keys = Buffer.allocUnsafeSlow(32 * keySize);
    this.#words = wordsOf(this.#keys, keySize);
  }

  get size(): number {
    return this.#size;
  }

  /** The entry of the key at `bytes[offset..]`, or -1. */
  find(bytes: Uint8Array, offset: number): number {
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#sourceWords = wordsOf(bytes, this.keySize);
    }
    const next = this.#next;
    if (next < this.#size && this.#equal(next, bytes, offset)) {
      this.#next = next + 1;
      return next;
    }
    const entry = this.#search(bytes, offset);
    this.#next = entry + 1;
    return entry;
  }

  /**
   * The entry of the first of `count` keys when they all are entries in the order of their numbers, beginning with the
   * one after the last that was found; else -1. One native comparison, and in most scrapes true of all keys of a map.
   */
  findRun(bytes: Buffer, offset: number, count: number): number {
    const first = this.#next < this.#size ? this.#next : 0;
    const last = first + count;
    if (last > this.#size) return -1;
    const { keySize } = this;
    const end = offset + count * keySize;
    if (bytes.compare(this.#keys, first * keySize, last * keySize, offset, end) !== 0) return -1;
    this.#next = last;
    return first;
  }

  #search(bytes: Uint8Array, offset: number): number {
    const mask = this.#places.length - 1;
    for (let place = this.#hash(bytes, offset) & mask; ; place = (place + 1) & mask) {
      const entry = this.#places[place]! - 1;
      if (entry < 0 || this.#equal(entry, bytes, offset)) return entry;
    }
  }

  /** Adds a key that `find` did not find. */
  add(bytes: Uint8Array, offset: number, ...targets: readonly number[]): number {
    if (this.#size === this.#stamps.length) this.#resize(Math.ceil(this.#size * 1.5));
    if ((this.#size + 1) * 5 > this.#places.length * 4) this.#rehash();
    const entry = this.#size++;
    const at = entry * this.keySize;
    for (let i = 0; i < this.keySize; i++) this.#keys[at + i] = bytes[offset + i]!;
    for (const [nth, target] of targets.entries()) this.setTarget(entry, target, nth);
    this.#stamps[entry] = 0;
    this.#next = this.#size;
    this.#place(entry);
    return entry;
  }

  /** The number, or the nth of those, that the key was added with. */
  target(entry: number, nth = 0): number {
    return this.#targets[entry * this.targetsPerKey + nth]!;
  }

  setTarget(entry: number, target: number, nth = 0): void {
    this.#targets[entry * this.targetsPerKey + nth] = target;
  }

  /** When the key was last seen, as `setStamp` said; 0 after `add`. */
  stamp(entry: number): number {
    return this.#stamps[entry]!;
  }

  setStamp(entry: number, stamp: number): void {
    this.#stamps[entry] = stamp;
  }

  /** All keys one after the other, valid until the next `add` or `forget`. */
  keys(): Buffer {
    return this.#keys.subarray(0, this.#size * this.keySize);
  }

  /** The key's bytes, valid until the next `add` or `forget`. */
  key(entry: number): Buffer {
    return this.#keys.subarray(entry * this.keySize, (entry + 1) * this.keySize);
  }

  /** Drops every entry whose stamp is below `oldest`, and the memory that is no longer needed. */
  forget(oldest: number): void {
    let kept = 0;
    while (kept < this.#size && this.#stamps[kept]! >= oldest) kept++;
    if (kept === this.#size) return;
    for (let entry = kept; entry < this.#size; entry++) {
      if (this.#stamps[entry]! < oldest) continue;
      this.#keys.copyWithin(kept * this.keySize, entry * this.keySize, (entry + 1) * this.keySize);
      for (let nth = 0; nth < this.targetsPerKey; nth++) this.setTarget(kept, this.target(entry, nth), nth);
      this.#stamps[kept] = this.#stamps[entry]!;
      kept++;
    }
    this.#size = kept;
    this.#resize(Math.max(32, Math.ceil(kept * 1.25)));
    this.#rehash();
  }

  clear(): void {
    this.#size = 0;
    this.#resize(32);
    this.#rehash();
  }

  #resize(capacity: number): void {
    if (capacity === this.#stamps.length) return;
    this.#keys = Buffer.from(moved(this.#keys, capacity * this.keySize));
    this.#words = wordsOf(this.#keys, this.keySize);
    this.#targets = new Int32Array(moved(this.#targets, capacity * this.targetsPerKey * 4));
    this.#stamps = new Uint32Array(moved(this.#stamps, capacity * 4));
  }

  /** Places for all entries and one more. */
  #rehash(): void {
    free(this.#places);
    this.#places = new Int32Array(Math.max(64, 2 ** Math.ceil(Math.log2((this.#size + 1) * 1.25))));
    for (let entry = 0; entry < this.#size; entry++) this.#place(entry);
  }

  #place(entry: number): void {
    const mask = this.#places.length - 1;
    let place = this.#hash(this.#keys, entry * this.keySize) & mask;
    while (this.#places[place] !== 0) place = (place + 1) & mask;
    this.#places[place] = entry + 1;
  }

  #equal(entry: number, bytes: Uint8Array, offset: number): boolean {
    const words = this.#sourceWords;
    if (words.length > 0 && (offset & 3) === 0) {
      const count = this.keySize >> 2;
      const ours = entry * count;
      const theirs = offset >> 2;
      for (let i = 0; i < count; i++) {
        if (this.#words[ours + i] !== words[theirs + i]) return false;
      }
      return true;
    }
    const at = entry * this.keySize;
    for (let i = 0; i < this.keySize; i++) {
      if (this.#keys[at + i] !== bytes[offset + i]) return false;
    }
    return true;
  }

  /** FNV-1a, mixed at the end so that the low bits depend on all bytes. */
  #hash(bytes: Uint8Array, offset: number): number {
    let hash = seed;
    for (let i = offset; i < offset + this.keySize; i++) {
      hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    }
    hash ^= hash >>> 15;
    return Math.imul(hash, 0x2c1b3c6d) ^ (hash >>> 12);
  }
}

/** Empty where keys are not made of aligned words of 4 bytes. */
function wordsOf(bytes: Uint8Array, keySize: number): Int32Array {
  return keySize > 0 && keySize % 4 === 0 && bytes.byteOffset % 4 === 0
    ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
    : new Int32Array(0);
}
