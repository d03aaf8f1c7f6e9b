import type { ComposeKeys } from './composed-keys.ts';
import type { EntryBatch } from './entry-source.ts';
import type { Renumber, SeriesValues, SeriesVisitor } from './family.ts';
import { FoldedSets, type FoldedValue } from './folded-sets.ts';
import { combined, type GaugePart } from './gauge-value.ts';
import { KeySeries, type KeySeriesOptions } from './key-series.ts';
import { type EntrySink, runEntries } from './map-reading.ts';
import { moved } from './moved.ts';
import type { ValueReader } from './placed-value.ts';
import { SetChanges } from './set-changes.ts';

/** Values written between two chances to send what is there. */
const sliceValues = 1024;

export type SeriesTableOptions = KeySeriesOptions & {
  /** How many label sets are series of their own; 0: all. */
  readonly maxSets: number;
  /** Bytes of the key that the source knows. */
  readonly sourceKeySize: number;
  /** Puts parts of the value behind the keys. */
  readonly composeKeys?: ComposeKeys | undefined;
};

/**
 * The values of metrics of one map that have the same labels, by label set: one column for each value that they read.
 */
export class SeriesTable implements EntrySink {
  readonly #keys: KeySeries;
  readonly #places: number;
  readonly #columns: (FoldedValue & { readonly read: ValueReader })[] = [];
  readonly #options: SeriesTableOptions;
  /** Made at the first reading, when all columns are there; undefined where every label set is a series. */
  #folded: FoldedSets | undefined;
  /** Of this reading, what came without keys. */
  #rest: Float64Array | undefined;
  #changes: SetChanges | undefined;
  readonly #followers = new Set<Renumber>();
  readonly #nowMs: () => number;
  readonly #targets: Int32Array;
  readonly #read: Float64Array;
  /**
   * For each label set and place, one value for each column; -0, which no sum of integers is, where the reading found
   * no key.
   */
  #values: Float64Array<ArrayBuffer> = new Float64Array(0);

  constructor(options: SeriesTableOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#keys = new KeySeries(options);
    this.#places = options.places;
    this.#targets = new Int32Array(runEntries * (options.splitCpus || 1));
    this.#read = new Float64Array(this.#targets.length);
  }

  /** Only before the first reading. `part`: how values of keys with equal labels become one. Gives the column's number. */
  addColumn(read: ValueReader, { part, falls }: FoldedValue = { part: 'sum', falls: false }): number {
    return this.#columns.push({ read, part, falls }) - 1;
  }

  /** Keys in memory, live and recently gone. */
  get keyCount(): number {
    return this.#keys.keyCount;
  }

  /** False when an entry made the metric meaningless in this reading. */
  get usable(): boolean {
    return this.#keys.usable;
  }

  get errors(): number {
    return this.#keys.errors;
  }

  /** Label sets of the last reading that are not series of their own. */
  get folded(): number {
    return this.#folded?.count ?? 0;
  }

  /** Before the first reading: it is to be known when label sets changed. */
  watchChanges(): void {
    this.#changes ??= new SetChanges();
  }

  /** See `SeriesFamily`: a series' number is that of its label set. */
  follow(renumber: Renumber): () => void {
    this.#followers.add(renumber);
    return () => this.#followers.delete(renumber);
  }

  /** After a reading: 0 for every label set in which nothing changed after a time. */
  aliveSets(sinceMs: number): Uint8Array {
    const changes = this.#changes;
    return Uint8Array.from({ length: this.#keys.sets.size }, (_, set) =>
      changes === undefined || !this.#found(set) || changes.changedAfter(set, sinceMs) ? 1 : 0,
    );
  }

  /** Visits every key of the last reading that counts for something, and the label sets that it counts for. */
  eachKey(visit: (key: Buffer, sets: readonly number[]) => void): void {
    const { sourceKeySize } = this.#options;
    this.#keys.eachKey((key, sets) => visit(key.subarray(0, sourceKeySize), sets));
  }

  begin(): void {
    const renumbered = this.#keys.begin();
    if (this.#options.maxSets > 0) this.#folded ??= this.#createFolded();
    if (renumbered !== undefined) {
      this.#folded?.renumber(renumbered);
      this.#changes?.renumber(renumbered, this.#stride);
      for (const renumber of this.#followers) renumber(renumbered);
    }
    if (renumbered !== undefined) this.#resize(Math.max(16, Math.ceil(this.#keys.sets.size * 1.25)));
    this.#values.fill(-0);
    this.#rest = undefined;
  }

  add(batch: EntryBatch, first: number, last: number): void {
    const { values } = batch;
    if (batch.keyless) {
      this.#addRest(batch, first, last);
      return;
    }
    const keys = this.#options.composeKeys?.(batch, first, last) ?? batch.keys;
    const targets = this.#targets;
    this.#keys.find(keys, first, last, targets);
    this.#folded?.admit(this.#keys.sets.size);
    if (this.#keys.sets.size * this.#stride > this.#values.length) this.#grow();
    const cpus = targets.length / runEntries;
    const count = (last - first) * cpus;
    const columns = this.#columns.length;
    const sums = this.#values;
    const found = this.#read;
    for (let column = 0; column < columns; column++) {
      const { read, part } = this.#columns[column]!;
      read(values, first * cpus, count, found);
      if (part === 'max' || part === 'min') {
        this.#combine(part, column, count);
        continue;
      }
      for (let i = 0; i < count; i++) {
        const target = targets[i]!;
        if (target >= 0) sums[target * columns + column]! += found[i]!;
      }
    }
  }

  /** By place. */
  #addRest({ values }: EntryBatch, first: number, last: number): void {
    this.#folded ??= this.#createFolded();
    this.#folded.admit(this.#keys.sets.size);
    this.#rest ??= new Float64Array(this.#stride);
    const columns = this.#columns.length;
    for (const [column, { read }] of this.#columns.entries()) {
      read(values, first, last - first, this.#read);
      for (let place = first; place < last; place++) {
        this.#rest[place * columns + column] = this.#read[place - first]!;
      }
    }
  }

  #combine(part: GaugePart, column: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const target = this.#targets[i]!;
      if (target < 0) continue;
      const at = target * this.#columns.length + column;
      const before = this.#values[at]!;
      this.#values[at] = Object.is(before, -0) ? this.#read[i]! : combined(part, before, this.#read[i]!);
    }
  }

  end(): void {
    this.#keys.end();
    this.#folded?.fold(this.#values, this.#rest);
    this.#changes?.note(this.#values, this.#keys.sets.size, this.#stride, this.#nowMs());
  }

  /** The label sets of this reading, each with its first value of a column. */
  *slices(visit: SeriesVisitor, column = 0): Iterable<void> {
    const { sets } = this.#keys;
    const { size } = sets;
    const folded = this.#folded;
    const stride = this.#stride;
    const step = Math.ceil(sliceValues / stride);
    for (let first = 0; first < size; first += step) {
      const last = Math.min(size, first + step);
      const { view } = sets;
      for (let set = first; set < last; set++) {
        if (!this.#found(set) || folded?.isFolded(set)) continue;
        visit(view, sets.start(set), sets.end(set), this.#values, set * stride + column, set);
      }
      yield;
    }
    if (folded !== undefined && !Object.is(folded.values[column], -0)) {
      visit(folded.text, 0, folded.textLength, folded.values, column, -1);
    }
  }

  /** The first values of a column, by number; undefined where some of them are not series of their own. */
  columns(column = 0): SeriesValues | undefined {
    const { sets } = this.#keys;
    if (this.#folded !== undefined) return undefined;
    const values = this.#values;
    return { values, first: column, stride: this.#stride, size: sets.size, text: (set) => sets.text(set) };
  }

  /** Whether the last reading found anything. */
  get empty(): boolean {
    if (this.#folded?.values.some((value) => !Object.is(value, -0))) return false;
    for (let set = 0; set < this.#keys.sets.size; set++) if (this.#found(set)) return false;
    return true;
  }

  #createFolded(): FoldedSets {
    const { labels, exportedLabels, maxSets, places } = this.#options;
    const values = Array.from({ length: places }, () => this.#columns).flat();
    return new FoldedSets(maxSets || Number.POSITIVE_INFINITY, labels.names.slice(0, exportedLabels), values);
  }

  #found(set: number): boolean {
    const end = (set + 1) * this.#stride;
    for (let at = set * this.#stride; at < end; at++) if (!Object.is(this.#values[at], -0)) return true;
    return false;
  }

  get #stride(): number {
    return this.#places * this.#columns.length;
  }

  #grow(): void {
    const known = this.#values.length;
    this.#resize(Math.ceil(this.#keys.sets.size * 1.5));
    this.#values.fill(-0, known);
  }

  #resize(sets: number): void {
    this.#values = new Float64Array(moved(this.#values, sets * this.#stride * 8));
  }
}
