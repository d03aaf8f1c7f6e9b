import type { CompiledLabels } from '../decoders/compile.ts';
import { ExporterError } from '../errors.ts';
import type { EntryBatch, EntrySource } from './entry-source.ts';
import { escapeLabelValue } from './escape.ts';
import { KeyTable } from './key-table.ts';
import { TextTable } from './text-table.ts';

/** What stands in the key table where a key has no series. */
const skipped = -1;
const undecodable = -2;
const unusable = -3;

/** A key that was not in a scrape may return; after so many scrapes without it, it is forgotten. */
const scrapesToForget = 3;

export type SeriesTableOptions = {
  readonly labels: CompiledLabels;
  /** Leading bytes of a source's key that the labels describe. */
  readonly keyBytes: number;
  /** Every CPU's value is a series of its own: the CPU's index is appended to the key as a u16. */
  readonly splitCpus: boolean;
  /** Values held for each label set. */
  readonly stride: number;
  /** How many of the labels make the label set; the place is made of the rest. */
  readonly exportedLabels: number;
  /** Which of the label set's values a key counts for. Throws `decode` when that makes the whole metric unusable. */
  place(values: readonly string[]): number;
  /** How many keys that decoders chose to skip are remembered, so that they are not decoded again; 0: all. */
  readonly skipCacheSize: number;
  /** A key that was seen for the first time and has no series. */
  onError(error: ExporterError, key: Buffer): void;
};

/**
 * The values of one metric by label set. A key is decoded when it is first seen and again only after something that
 * decoders ask (interfaces, symbols) has changed; a scrape of known keys allocates nothing per entry.
 */
export class SeriesTable {
  readonly #options: SeriesTableOptions;
  readonly #table: KeyTable;
  readonly #scratch: Buffer;
  readonly #decoded: string[] = [];
  readonly #sets = new TextTable();
  /** The places of the exported labels in the order of their names, and `NAME="` of each. */
  readonly #order: readonly { readonly index: number; readonly open: string }[];
  /** The scrape in which each label set last had a key. */
  #present = new Uint32Array(16);
  #values: Float64Array;
  readonly #stride: number;
  #scrape = 0;
  #generation = 0;
  #skippedKeys = 0;
  #errors = 0;
  #unusable = false;

  constructor(options: SeriesTableOptions) {
    this.#options = options;
    this.#stride = options.stride;
    const keySize = options.keyBytes + (options.splitCpus ? 2 : 0);
    this.#table = new KeyTable(keySize);
    this.#scratch = Buffer.alloc(keySize);
    this.#values = new Float64Array(16 * options.stride);
    this.#order = options.labels.names
      .slice(0, options.exportedLabels)
      .map((name, index) => ({ name, index }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, index }, place) => ({ index, open: `${place === 0 ? '' : '",'}${name}="` }));
  }

  /** Keys in memory, live and recently gone. */
  get keyCount(): number {
    return this.#table.size;
  }

  /** False when an entry made the metric meaningless in this scrape. */
  get usable(): boolean {
    return !this.#unusable;
  }

  /** Entries of this scrape that could not be decoded. */
  get errors(): number {
    return this.#errors;
  }

  /** Reads the source once; the caller may do something else after each batch. */
  *collect(source: EntrySource): Iterable<void> {
    this.#begin();
    for (const batch of source.batches()) {
      if (this.#options.splitCpus) this.#addEachCpu(batch, source);
      else this.#addBatch(batch, source);
      yield;
    }
  }

  /** Label sets of this scrape: where in `texts` each is, as `a="x",b="y"`, and where its values start. */
  *slices(
    visit: (texts: DataView, start: number, end: number, values: Float64Array, at: number) => void,
  ): Iterable<void> {
    const { stride } = this.#options;
    const { size } = this.#sets;
    const step = Math.ceil(8192 / stride);
    for (let first = 0; first < size; first += step) {
      const last = Math.min(size, first + step);
      const { view } = this.#sets;
      for (let set = first; set < last; set++) {
        if (this.#present[set] !== this.#scrape) continue;
        visit(view, this.#sets.start(set), this.#sets.end(set), this.#values, set * stride);
      }
      yield;
    }
  }

  /** Whether the last scrape found anything. */
  get empty(): boolean {
    for (let set = 0; set < this.#sets.size; set++) if (this.#present[set] === this.#scrape) return false;
    return true;
  }

  #begin(): void {
    const generation = this.#options.labels.changing.reduce((sum, { generation }) => sum + generation, 0);
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#table.clear();
      this.#dropUnusedSets();
    } else if (this.#scrape % scrapesToForget === 0 && this.#scrape > 0) {
      this.#forget();
    }
    this.#scrape++;
    this.#errors = 0;
    this.#unusable = false;
    this.#values.fill(0);
  }

  #addBatch({ count, keys, values }: EntryBatch, { keySize, valuesPerEntry }: EntrySource): void {
    for (let i = 0, word = 0; i < count; i++) {
      let sum = 0;
      for (let cpu = 0; cpu < valuesPerEntry; cpu++, word += 2) {
        sum += values[word]! + values[word + 1]! * 0x100000000;
      }
      this.#add(keys, i * keySize, sum);
    }
  }

  #addEachCpu({ count, keys, values }: EntryBatch, { keySize, valuesPerEntry }: EntrySource): void {
    const { keyBytes } = this.#options;
    for (let i = 0, word = 0; i < count; i++) {
      keys.copy(this.#scratch, 0, i * keySize, i * keySize + keyBytes);
      for (let cpu = 0; cpu < valuesPerEntry; cpu++, word += 2) {
        this.#scratch.writeUInt16LE(cpu, keyBytes);
        this.#add(this.#scratch, 0, values[word]! + values[word + 1]! * 0x100000000);
      }
    }
  }

  #add(keys: Buffer, offset: number, value: number): void {
    const table = this.#table;
    let entry = table.find(keys, offset);
    if (entry < 0) {
      const target = this.#decode(keys, offset);
      if (target === skipped && !this.#rememberSkipped()) return;
      entry = table.add(keys, offset, target);
    }
    if (table.stamp(entry) === this.#scrape) return; // a walk that was sent back to the start met it before
    table.setStamp(entry, this.#scrape);
    const target = table.target(entry);
    if (target >= 0) {
      this.#values[target]! += value;
      this.#present[(target / this.#stride) | 0] = this.#scrape;
    } else if (target === undecodable) {
      this.#errors++;
    } else if (target === unusable) {
      this.#errors++;
      this.#unusable = true;
    }
  }

  #rememberSkipped(): boolean {
    const { skipCacheSize } = this.#options;
    if (skipCacheSize > 0 && this.#skippedKeys >= skipCacheSize) return false;
    this.#skippedKeys++;
    return true;
  }

  /** The target of a new key: the index of its value, or why it has none. */
  #decode(keys: Buffer, offset: number): number {
    let outcome = undecodable;
    try {
      if (!this.#options.labels.decode(keys, this.#decoded, offset)) return skipped;
      outcome = unusable;
      const place = this.#options.place(this.#decoded);
      return this.#labelSet() * this.#options.stride + place;
    } catch (thrown) {
      if (!(thrown instanceof ExporterError)) throw thrown;
      this.#options.onError(thrown, keys.subarray(offset, offset + this.#table.keySize));
      return outcome;
    }
  }

  /** The label set of `#decoded`; equal lists of values are one. */
  #labelSet(): number {
    let text = '';
    for (const { index, open } of this.#order) text += open + escapeLabelValue(this.#decoded[index]!);
    if (text !== '') text += '"';
    const set = this.#sets.intern(text);
    if (set === this.#present.length) this.#growSets();
    return set;
  }

  #growSets(): void {
    const present = new Uint32Array(Math.ceil(this.#present.length * 1.5));
    present.set(this.#present);
    this.#present = present;
    const values = new Float64Array(present.length * this.#stride);
    values.set(this.#values);
    this.#values = values;
  }

  #forget(): void {
    const oldest = this.#scrape - scrapesToForget + 1;
    const before = this.#table.size;
    this.#table.forget(oldest);
    if (this.#table.size < before) this.#dropUnusedSets();
  }

  /** Label sets follow their keys; the rest move together. Values are about to be read anew and are not moved. */
  #dropUnusedSets(): void {
    const { stride } = this.#options;
    const used = new Uint8Array(this.#sets.size);
    this.#skippedKeys = 0;
    for (let entry = 0; entry < this.#table.size; entry++) {
      const target = this.#table.target(entry);
      if (target >= 0) used[Math.floor(target / stride)] = 1;
      else if (target === skipped) this.#skippedKeys++;
    }
    const moved = this.#sets.keep(used);
    for (let entry = 0; entry < this.#table.size; entry++) {
      const target = this.#table.target(entry);
      if (target >= 0)
        this.#table.setTarget(entry, moved[Math.floor(target / stride)]! * stride + (target % stride));
    }
    const capacity = Math.max(16, Math.ceil(this.#sets.size * 1.25));
    this.#present = new Uint32Array(capacity);
    this.#values = new Float64Array(capacity * stride);
  }
}
