import type { CompiledLabels } from '../decoders/compile.ts';
import type { Answer } from '../decoders/decoder.ts';
import { ExporterError } from '../errors.ts';
import type { EntryBatch, EntrySource } from './entry-source.ts';
import type { SeriesVisitor } from './family.ts';
import { KeyTable } from './key-table.ts';
import { escapeLabelValue, labelValues } from './label-text.ts';
import { moved } from './moved.ts';
import { TextTable } from './text-table.ts';

/** What stands in the key table where a key has no series. */
const skipped = -1;
const undecodable = -2;
const unusable = -3;

/** The target of a key whose answer is no longer right; below it, one that still holds the series it had. */
const outdated = -4;

/** A key that is gone from the map may return; after a minute or two without it, it is forgotten. */
const forgetAfterMs = 60_000;

/** Values written between two chances to send what is there. */
const sliceValues = 1024;

/** Keys that are compared at once with those that are expected. */
const runEntries = 256;

export type SeriesTableOptions = {
  readonly source: EntrySource;
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
  /** A key that was seen for the first time and has no series, with the CPU's index where that is appended. */
  onError(error: ExporterError, key: Buffer): void;
  /** A monotonic clock. */
  readonly nowMs?: () => number;
};

/**
 * The values of one metric by label set. A key is decoded when it is first seen, and again only when something on which
 * that answer rests (the name of an interface, a symbol that was unknown) has changed; a scrape of known keys allocates
 * nothing per entry.
 */
export class SeriesTable {
  readonly #options: SeriesTableOptions;
  readonly #table: KeyTable;
  /** A key with the CPU's index behind it. */
  readonly #cpuKey: Buffer;
  /** Those of the key that is being decoded. */
  readonly #targets: number[];
  readonly #decoded: string[] = [];
  readonly #sets = new TextTable();
  /** The places of the exported labels in the order of their names, and `NAME="` of each. */
  readonly #order: readonly { readonly index: number; readonly open: string }[];
  /** `stride` for each label set; -0, which no sum of counts is, where the scrape found no key. */
  #values: Float64Array<ArrayBuffer>;
  readonly #stride: number;
  readonly #seriesPerKey: number;
  readonly #nowMs: () => number;
  /** For each part of the system that labels ask, up to where its changes were heeded. */
  readonly #heeded: number[];
  readonly #answer: Answer = { restsOn: 0 };
  /** Whether keys moved away from label sets that may now be without any. */
  #moved = false;
  #scrape = 0;
  /** The last scrape that read everything. */
  #complete = 0;
  /** That scrape a minute or more ago: keys not seen since are forgotten next. */
  #mark: { readonly scrape: number; readonly atMs: number } | undefined;
  #skippedKeys = 0;
  #errors = 0;
  #unusable = false;

  constructor(options: SeriesTableOptions) {
    this.#options = options;
    this.#stride = options.stride;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#heeded = options.labels.changing.map(({ changes }) => changes.generation);
    this.#seriesPerKey = options.splitCpus ? options.source.valuesPerEntry : 1;
    // What a key's answer rests on is kept behind its series, where it can rest on anything.
    const changing = options.labels.changing.length > 0;
    this.#table = new KeyTable(options.keyBytes, this.#seriesPerKey + (changing ? 1 : 0));
    this.#cpuKey = Buffer.alloc(options.keyBytes + 2);
    this.#targets = new Array(this.#seriesPerKey).fill(skipped);
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

  /** Reads the source once; between slices the caller may do anything but read it. */
  *collect(): Iterable<void> {
    this.#begin();
    for (const batch of this.#options.source.batches()) {
      for (let first = 0; first < batch.count; first += runEntries) {
        this.#addEntries(batch, first, Math.min(first + runEntries, batch.count));
        yield;
      }
    }
    this.#complete = this.#scrape;
  }

  /** The label sets of this scrape. */
  *slices(visit: SeriesVisitor): Iterable<void> {
    const { stride } = this.#options;
    const { size } = this.#sets;
    const step = Math.ceil(sliceValues / stride);
    for (let first = 0; first < size; first += step) {
      const last = Math.min(size, first + step);
      const { view } = this.#sets;
      for (let set = first; set < last; set++) {
        if (!this.#found(set)) continue;
        visit(view, this.#sets.start(set), this.#sets.end(set), this.#values, set * stride);
      }
      yield;
    }
  }

  /** Whether the last scrape found anything. */
  get empty(): boolean {
    for (let set = 0; set < this.#sets.size; set++) if (this.#found(set)) return false;
    return true;
  }

  #found(set: number): boolean {
    const end = (set + 1) * this.#stride;
    for (let at = set * this.#stride; at < end; at++) if (!Object.is(this.#values[at], -0)) return true;
    return false;
  }

  #begin(): void {
    this.#heedChanges();
    this.#forget();
    if (this.#moved) this.#dropUnusedSets();
    this.#scrape++;
    this.#errors = 0;
    this.#unusable = false;
    this.#values.fill(-0);
  }

  #addEntries({ keys, values }: EntryBatch, first: number, last: number): void {
    const table = this.#table;
    const { keySize, valuesPerEntry } = this.#options.source;
    const seriesPerKey = this.#seriesPerKey;
    const valuesPerSeries = valuesPerEntry / seriesPerKey;
    // Keys may be longer than what labels describe of them.
    const run = keySize === table.keySize ? table.findRun(keys, first * keySize, last - first) : -1;
    for (let i = first; i < last; i++) {
      const entry = run >= 0 ? run + i - first : this.#entryOf(keys, i * keySize);
      // A walk that was sent back to the start has met it before.
      if (entry < 0 || table.stamp(entry) === this.#scrape) continue;
      table.setStamp(entry, this.#scrape);
      for (let nth = 0, at = i * valuesPerEntry; nth < seriesPerKey; nth++, at += valuesPerSeries) {
        this.#count(entry, nth, sumOf(values, at, valuesPerSeries));
      }
    }
  }

  /** -1 for a key that is skipped and not remembered. */
  #entryOf(keys: Buffer, offset: number): number {
    const entry = this.#table.find(keys, offset);
    if (entry >= 0) return entry;
    this.#decodeKey(keys, offset);
    const targets = this.#targets;
    if (targets.every((target) => target === skipped) && !this.#rememberSkipped()) return -1;
    const added = this.#table.add(keys, offset, ...targets);
    this.#setRests(added);
    return added;
  }

  #count(entry: number, nth: number, value: number): void {
    const target = this.#table.target(entry, nth);
    if (target >= 0) {
      this.#values[target]! += value;
    } else if (target === undecodable) {
      this.#errors++;
    } else if (target === unusable) {
      this.#errors++;
      this.#unusable = true;
    } else if (target <= outdated) {
      this.#decodeAgain(entry);
      this.#count(entry, nth, value);
    }
  }

  #decodeAgain(entry: number): void {
    const table = this.#table;
    const before = this.#options.labels.changing.some(({ lasting }) => lasting)
      ? this.#targets.map((_, nth) => this.#knownValues(seriesOf(table.target(entry, nth))))
      : [];
    this.#decodeKey(table.key(entry), 0, before);
    for (const [nth, target] of this.#targets.entries()) table.setTarget(entry, target, nth);
    this.#setRests(entry);
    this.#moved = true;
  }

  /** By the labels' places. */
  #knownValues(series: number): string[] {
    const known: string[] = [];
    if (series < 0) return known;
    const values = labelValues(this.#sets.text(Math.floor(series / this.#stride)));
    for (const [place, { index }] of this.#order.entries()) known[index] = values[place]!;
    return known;
  }

  /** Of a key that was just decoded. */
  #setRests(entry: number): void {
    if (this.#heeded.length > 0) this.#table.setTarget(entry, this.#answer.restsOn, this.#seriesPerKey);
  }

  /** Looks for what changed, and marks the keys whose answers rest on it. They are decoded when they are met. */
  #heedChanges(): void {
    let changed = 0;
    for (const [i, changing] of this.#options.labels.changing.entries()) {
      changing.refresh();
      changed |= changing.changes.since(this.#heeded[i]!);
      this.#heeded[i] = changing.changes.generation;
    }
    if (changed === 0) return;
    const table = this.#table;
    for (let entry = 0; entry < table.size; entry++) {
      if ((table.target(entry, this.#seriesPerKey) & changed) === 0) continue;
      for (let nth = 0; nth < this.#seriesPerKey; nth++) {
        table.setTarget(entry, outdatedOf(table.target(entry, nth)), nth);
      }
    }
  }

  #rememberSkipped(): boolean {
    const { skipCacheSize } = this.#options;
    if (skipCacheSize > 0 && this.#skippedKeys >= skipCacheSize) return false;
    this.#skippedKeys++;
    return true;
  }

  /** Into `#targets`, and what they rest on; `before` are the values that each had. */
  #decodeKey(keys: Buffer, offset: number, before: readonly string[][] = []): void {
    const targets = this.#targets;
    this.#answer.restsOn = 0;
    if (this.#options.splitCpus) {
      const { keyBytes } = this.#options;
      keys.copy(this.#cpuKey, 0, offset, offset + keyBytes);
      for (let cpu = 0; cpu < targets.length; cpu++) {
        this.#cpuKey.writeUInt16LE(cpu, keyBytes);
        targets[cpu] = this.#decode(this.#cpuKey, 0, before[cpu]);
      }
    } else {
      targets[0] = this.#decode(keys, offset, before[0]);
    }
  }

  /** The target of a key: the index of its value, or why it has none. */
  #decode(keys: Buffer, offset: number, known: readonly string[] | undefined): number {
    const { labels } = this.#options;
    let outcome = undecodable;
    try {
      if (!labels.decode(keys, this.#decoded, offset, this.#answer, known)) return skipped;
      outcome = unusable;
      const place = this.#options.place(this.#decoded);
      return this.#labelSet() * this.#options.stride + place;
    } catch (thrown) {
      if (!(thrown instanceof ExporterError)) throw thrown;
      this.#options.onError(thrown, keys.subarray(offset, offset + labels.size));
      return outcome;
    }
  }

  /** The label set of `#decoded`; equal lists of values are one. */
  #labelSet(): number {
    let text = '';
    for (const { index, open } of this.#order) text += open + escapeLabelValue(this.#decoded[index]!);
    if (text !== '') text += '"';
    const set = this.#sets.intern(text);
    if (this.#sets.size * this.#stride > this.#values.length) this.#growSets();
    return set;
  }

  #growSets(): void {
    const known = this.#values.length;
    this.#resizeSets(Math.ceil(this.#sets.size * 1.5));
    this.#values.fill(-0, known);
  }

  #forget(): void {
    const atMs = this.#nowMs();
    this.#mark ??= { scrape: 0, atMs };
    if (atMs - this.#mark.atMs < forgetAfterMs) return;
    const before = this.#table.size;
    this.#table.forget(this.#mark.scrape);
    if (this.#table.size < before) this.#moved = true;
    this.#mark = { scrape: this.#complete, atMs };
  }

  /** Label sets follow their keys; the rest move together. Values are about to be read anew and are not moved. */
  #dropUnusedSets(): void {
    const table = this.#table;
    const stride = this.#stride;
    const used = new Uint8Array(this.#sets.size);
    this.#moved = false;
    this.#skippedKeys = 0;
    for (let entry = 0; entry < table.size; entry++) {
      let isSkipped = true;
      for (let nth = 0; nth < this.#seriesPerKey; nth++) {
        const target = table.target(entry, nth);
        const series = seriesOf(target);
        if (series >= 0) used[Math.floor(series / stride)] = 1;
        isSkipped &&= target === skipped;
      }
      if (isSkipped) this.#skippedKeys++;
    }
    const numbers = this.#sets.keep(used);
    for (let entry = 0; entry < table.size; entry++) {
      for (let nth = 0; nth < this.#seriesPerKey; nth++) {
        const target = table.target(entry, nth);
        const series = seriesOf(target);
        if (series < 0) continue;
        const moved = numbers[Math.floor(series / stride)]! * stride + (series % stride);
        table.setTarget(entry, target < 0 ? outdatedOf(moved) : moved, nth);
      }
    }
    this.#resizeSets(Math.max(16, Math.ceil(this.#sets.size * 1.25)));
  }

  #resizeSets(capacity: number): void {
    this.#values = new Float64Array(moved(this.#values, capacity * this.#stride * 8));
  }
}

/** A target that says that it is outdated, and what it was. */
function outdatedOf(target: number): number {
  if (target <= outdated) return target;
  return target < 0 ? outdated : outdated - 1 - target;
}

/** The series of a target, outdated or not; below 0 for one without. */
function seriesOf(target: number): number {
  return target >= outdated ? target : outdated - 1 - target;
}

/** Of one or more values of two words each. */
function sumOf(words: Uint32Array, first: number, count: number): number {
  let sum = words[first * 2]! + words[first * 2 + 1]! * 0x100000000;
  for (let word = first * 2 + 2; word < (first + count) * 2; word += 2) {
    sum += words[word]! + words[word + 1]! * 0x100000000;
  }
  return sum;
}
