import type { EntryBatch, EntrySource } from './entry-source.ts';
import { KeyTable } from './key-table.ts';

/** Counts of equal keys since the last `clear`: what a perf event array's records are for a counter. */
export class EventCounts implements EntrySource {
  readonly keySize: number;
  readonly valuesPerEntry = 1;
  readonly #table: KeyTable;
  /** u64 as two words, the lower first. */
  #counts = new Uint32Array(64);

  constructor(keySize: number) {
    this.keySize = keySize;
    this.#table = new KeyTable(keySize);
  }

  /** Counts a record by its first `keySize` bytes; the rest is the kernel's padding. False when it is too short. */
  add(record: Buffer): boolean {
    if (record.length < this.keySize) return false;
    let entry = this.#table.find(record, 0);
    if (entry < 0) entry = this.#table.add(record, 0, 0);
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
    if (this.#table.size > 0) {
      yield { count: this.#table.size, keys: this.#table.keys(), values: this.#counts };
    }
  }

  #grow(): void {
    const counts = new Uint32Array(this.#counts.length * 2);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}
