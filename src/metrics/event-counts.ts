import type { EntryBatch, EntrySource } from './entry-source.ts';
import { KeyTable } from './key-table.ts';
import type { ValuePart } from './placed-value.ts';
import type { Tally } from './tally.ts';

/** Bytes of the values that are copied at a time, and how many entries at most. */
const batchBytes = 1 << 16;
const batchEntries = 1024;

export type EventCountsOptions = {
  /** The parts of a record that, one behind the other, are its key. */
  readonly keyParts: readonly ValuePart[];
  /** Bytes that a record has at least; behind them is what the kernel padded it with. */
  readonly recordBytes: number;
  /** What each record adds to the numbers of its key. */
  readonly tally: Tally;
  /** How many keys have numbers of their own: those that came first. All others share some. */
  readonly maxKeys: number;
  /** Of those that the others share: how many places a label set has, and which of them is a record's. */
  readonly rest?: { readonly places: number; placeOf(key: Buffer, offset: number): number } | undefined;
};

/** What records add up to, by key, since the last `clear`: they are to a metric what the entries of a map are. */
export class EventCounts implements EntrySource {
  readonly keySize: number;
  readonly valueStride: number;
  readonly valuesPerEntry = 1;
  readonly #options: EventCountsOptions;
  readonly #table: KeyTable;
  /** The key begins the record and is one part of it: it needs no copy. */
  readonly #inPlace: boolean;
  readonly #key: Buffer;
  /** u64s as two words, the lower first. */
  #numbers: Uint32Array<ArrayBuffer>;
  /** Those of the keys beyond the limit; undefined while there are none. */
  #rest: Uint32Array<ArrayBuffer> | undefined;
  #folded = 0;
  /** Copies, since records come and counts are cleared while somebody looks at a batch. Made when somebody first does. */
  #batch: { readonly keys: Buffer; readonly values: Buffer } | undefined;

  constructor(options: EventCountsOptions) {
    const { keyParts, tally } = options;
    this.#options = options;
    this.keySize = keyParts.reduce((sum, { size }) => sum + size, 0);
    this.valueStride = 8 * tally.numbers;
    this.#table = new KeyTable(this.keySize);
    this.#inPlace = keyParts.length < 2 && (keyParts[0]?.offset ?? 0) === 0;
    this.#key = Buffer.alloc(this.keySize);
    this.#numbers = new Uint32Array(64 * tally.numbers);
  }

  /** Records, ever, whose keys were beyond the limit. */
  get folded(): number {
    return this.#folded;
  }

  /** Takes in the record of `length` bytes at `offset`. False when it is too short. */
  add(bytes: Buffer, offset: number, length: number): boolean {
    const { recordBytes, tally, maxKeys } = this.#options;
    if (length < recordBytes) return false;
    const inPlace = this.#inPlace;
    const key = inPlace ? bytes : this.#gather(bytes, offset);
    const at = inPlace ? offset : 0;
    let entry = this.#table.find(key, at);
    if (entry < 0) {
      if (this.#table.size >= maxKeys) {
        this.#fold(bytes, offset, key, at);
        return true;
      }
      entry = this.#table.add(key, at, 0);
      if ((entry + 1) * tally.numbers * 2 > this.#numbers.length) this.#grow();
    }
    tally.add(bytes, offset, this.#numbers, entry * tally.numbers);
    return true;
  }

  clear(): void {
    this.#table.clear();
    this.#numbers = new Uint32Array(64 * this.#options.tally.numbers);
    this.#rest?.fill(0);
  }

  *batches(): Iterable<EntryBatch> {
    const { keySize, valueStride } = this;
    const most = Math.max(1, Math.min(batchEntries, Math.floor(batchBytes / valueStride)));
    this.#batch ??= {
      keys: Buffer.alloc(most * keySize),
      values: Buffer.from(new ArrayBuffer(most * valueStride)), // of its own, so that it begins where words may
    };
    const { keys, values } = this.#batch;
    for (let first = 0; first < this.#table.size; first += most) {
      const count = Math.min(most, this.#table.size - first);
      this.#table.keys().copy(keys, 0, first * keySize, (first + count) * keySize);
      values.set(new Uint8Array(this.#numbers.buffer, first * valueStride, count * valueStride));
      yield { count, keys, values };
    }
    if (this.#rest === undefined) return;
    const rest = Buffer.from(this.#rest.slice().buffer);
    yield { count: rest.length / valueStride, keys: Buffer.alloc(0), values: rest, keyless: true };
  }

  #gather(bytes: Buffer, offset: number): Buffer {
    const { keyParts } = this.#options;
    const key = this.#key;
    let to = 0;
    for (let nth = 0; nth < keyParts.length; nth++) {
      const part = keyParts[nth]!;
      const end = offset + part.offset + part.size;
      for (let at = offset + part.offset; at < end; at++) key[to++] = bytes[at]!;
    }
    return key;
  }

  #fold(bytes: Buffer, offset: number, key: Buffer, keyAt: number): void {
    const { tally, rest } = this.#options;
    this.#rest ??= new Uint32Array(2 * tally.numbers * (rest?.places ?? 1));
    this.#folded++;
    const place = rest?.placeOf(key, keyAt) ?? 0;
    tally.add(bytes, offset, this.#rest, place * tally.numbers);
  }

  #grow(): void {
    const numbers = new Uint32Array(Math.ceil(this.#numbers.length * 1.5));
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }
}
