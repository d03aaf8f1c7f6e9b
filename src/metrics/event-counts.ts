import type { EntryBatch, EntrySource } from './entry-source.ts';
import { KeyTable } from './key-table.ts';

/** Entries that are copied at a time. */
const batchEntries = 1024;

/** Counts of equal keys since the last `clear`: what a perf event array's records are for a counter. */
export class EventCounts implements EntrySource {
  readonly keySize: number;
  readonly valueStride = 8;
  readonly valuesPerEntry = 1;
  readonly #table: KeyTable;
  /** u64 as two words, the lower first. */
  #counts = new Uint32Array(64);
  /** Copies, since records come and counts are cleared while somebody looks at a batch. */
  readonly #batchKeys: Buffer;
  readonly #batchValues = Buffer.alloc(8 * batchEntries);

  constructor(keySize: number) {
    this.keySize = keySize;
    this.#batchKeys = Buffer.alloc(batchEntries * keySize);
    this.#table = new KeyTable(keySize);
  }

  /**
   * Counts the record of `length` bytes at `offset` by its first `keySize` bytes; the rest may be the kernel's padding.
   * False when it is too short.
   */
  add(bytes: Buffer, offset: number, length: number): boolean {
    if (length < this.keySize) return false;
    let entry = this.#table.find(bytes, offset);
    if (entry < 0) entry = this.#table.add(bytes, offset, 0);
    if (entry * 2 === this.#counts.length) this.#grow();
    const low = (this.#counts[entry * 2]! + 1) >>> 0;
    this.#counts[entry * 2] = low;
    if (low === 0) this.#counts[entry * 2 + 1]!++;
    return true;
  }

  clear(): void {
    this.#table.clear();
    this.#counts = new Uint32Array(64);
  }

  *batches(): Iterable<EntryBatch> {
    const { keySize } = this;
    for (let first = 0; first < this.#table.size; first += batchEntries) {
      const count = Math.min(batchEntries, this.#table.size - first);
      this.#table.keys().copy(this.#batchKeys, 0, first * keySize, (first + count) * keySize);
      const { buffer } = this.#counts;
      this.#batchValues.set(new Uint8Array(buffer, first * 8, count * 8));
      yield { count, keys: this.#batchKeys, values: this.#batchValues };
    }
  }

  #grow(): void {
    const counts = new Uint32Array(this.#counts.length * 2);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}
