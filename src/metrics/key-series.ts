import type { CompiledLabels } from '../decoders/compile.ts';
import type { Answer } from '../decoders/decoder.ts';
import { ExporterError } from '../errors.ts';
import { KeyTable } from './key-table.ts';
import { outdated, outdatedOf, seriesOf, skipped, undecodable, unusable } from './key-target.ts';
import { escapeLabelValue, labelOrder, labelValues, type OrderedLabel } from './label-text.ts';
import { TextTable } from './text-table.ts';

/** A key that is gone from the map may return; after a minute or two without it, it is forgotten. */
const forgetAfterMs = 60_000;

export type KeySeriesOptions = {
  readonly labels: CompiledLabels;
  /** Bytes of a source's key. */
  readonly keySize: number;
  /** Leading bytes of it that tell keys apart. */
  readonly keyBytes: number;
  /** Not 0: each of so many CPUs has a series of its own; the CPU's index is appended to the key as a u16. */
  readonly splitCpus: number;
  /** Places that each label set has. */
  readonly places: number;
  /** How many of the labels make the label set; the place is made of the rest. */
  readonly exportedLabels: number;
  /** Which of the label set's places a key counts for. Throws `decode` when that makes the whole metric unusable. */
  place(values: readonly string[]): number;
  /** How many keys that decoders chose to skip are remembered, so that they are not decoded again; 0: all. */
  readonly skipCacheSize: number;
  /** A key that was seen for the first time and has no series, with the CPU's index where that is appended. */
  onError(error: ExporterError, key: Buffer): void;
  /** A monotonic clock. */
  readonly nowMs?: (() => number) | undefined;
};

/**
 * Which series each key counts for. A key is decoded when it is first seen, and again only when something on which that
 * answer rests (the name of an interface, a symbol that was unknown) has changed; known keys allocate nothing.
 */
export class KeySeries {
  /** The label sets, as texts. They are renumbered by `begin`. */
  readonly sets: TextTable = new TextTable();
  readonly #options: KeySeriesOptions;
  readonly #table: KeyTable;
  readonly #cpus: number;
  readonly #places: number;
  /** A key with the CPU's index behind it. */
  readonly #cpuKey: Buffer;
  /** Those of the key that is being decoded. */
  readonly #targets: number[];
  readonly #decoded: string[] = [];
  readonly #order: readonly OrderedLabel[];
  readonly #nowMs: () => number;
  /** For each part of the system that labels ask, up to where its changes were heeded. */
  readonly #heeded: number[];
  readonly #answer: Answer = { restsOn: 0 };
  /** Whether keys moved away from label sets that may now be without any. */
  #moved = false;
  #reading = 0;
  /** The last reading that came to its end. */
  #complete = 0;
  /** That reading a minute or more ago: keys not seen since are forgotten next. */
  #mark: { readonly reading: number; readonly atMs: number } | undefined;
  #skippedKeys = 0;
  #errors = 0;
  #unusable = false;

  constructor(options: KeySeriesOptions) {
    this.#options = options;
    this.#places = options.places;
    this.#cpus = options.splitCpus || 1;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    const { changing } = options.labels;
    this.#heeded = changing.map(({ changes }) => changes.generation);
    // What a key's answer rests on is kept behind its series, where it can rest on anything.
    this.#table = new KeyTable(options.keyBytes, this.#cpus + (changing.length > 0 ? 1 : 0));
    this.#cpuKey = Buffer.alloc(options.keyBytes + 2);
    this.#targets = new Array(this.#cpus).fill(skipped);
    this.#order = labelOrder(options.labels.names.slice(0, options.exportedLabels));
  }

  /** Keys in memory, live and recently gone. */
  get keyCount(): number {
    return this.#table.size;
  }

  /** False when an entry made the metric meaningless in this reading. */
  get usable(): boolean {
    return !this.#unusable;
  }

  /** Entries of this reading that could not be decoded. */
  get errors(): number {
    return this.#errors;
  }

  /** A reading starts. Label sets without keys are dropped; then this gives each one's new number, -1 for those. */
  begin(): Int32Array | undefined {
    this.#heedChanges();
    this.#forget();
    const renumbered = this.#moved ? this.#dropUnusedSets() : undefined;
    this.#reading++;
    this.#errors = 0;
    this.#unusable = false;
    return renumbered;
  }

  /** Visits every key of this reading that counts for something, and the label sets that it counts for. */
  eachKey(visit: (key: Buffer, sets: readonly number[]) => void): void {
    const table = this.#table;
    for (let entry = 0; entry < table.size; entry++) {
      if (table.stamp(entry) !== this.#reading) continue;
      const series = Array.from({ length: this.#cpus }, (_, cpu) => table.target(entry, cpu));
      const sets = series.filter((target) => target >= 0).map((target) => Math.floor(target / this.#places));
      if (sets.length > 0) visit(table.key(entry), sets);
    }
  }

  /** The reading came to its end. */
  end(): void {
    this.#complete = this.#reading;
  }

  /**
   * For keys `first..last`, and each CPU of those that are split: the label set's number times `places` plus the place,
   * or less than 0 for what does not count.
   */
  find(keys: Buffer, first: number, last: number, out: Int32Array): void {
    const table = this.#table;
    const { keySize } = this.#options;
    const cpus = this.#cpus;
    // Keys may be longer than what labels describe of them.
    const run = keySize === table.keySize ? table.findRun(keys, first * keySize, last - first) : -1;
    for (let i = first, to = 0; i < last; i++) {
      const entry = run >= 0 ? run + i - first : this.#entryOf(keys, i * keySize);
      // A walk that was sent back to the start has met it before.
      const counts = entry >= 0 && table.stamp(entry) !== this.#reading;
      if (counts) table.setStamp(entry, this.#reading);
      for (let cpu = 0; cpu < cpus; cpu++) out[to++] = counts ? this.#targetOf(entry, cpu) : skipped;
    }
  }

  #targetOf(entry: number, cpu: number): number {
    const target = this.#table.target(entry, cpu);
    return target >= skipped ? target : this.#noted(entry, cpu, target);
  }

  #noted(entry: number, cpu: number, target: number): number {
    if (target <= outdated) {
      this.#decodeAgain(entry);
      return this.#targetOf(entry, cpu);
    }
    this.#errors++;
    if (target === unusable) this.#unusable = true;
    return target;
  }

  /** -1 for a key that is skipped and not remembered. */
  #entryOf(keys: Buffer, offset: number): number {
    const entry = this.#table.find(keys, offset);
    if (entry >= 0) return entry;
    this.#decodeKey(keys, offset);
    const targets = this.#targets;
    if (targets.every((target) => target === skipped) && !this.#rememberSkipped()) return -1;
    const added = this.#table.add(keys, offset, ...targets);
    this.#keepRests(added);
    return added;
  }

  #decodeAgain(entry: number): void {
    const table = this.#table;
    const before = this.#options.labels.changing.some(({ lasting }) => lasting)
      ? this.#targets.map((_, cpu) => this.#knownValues(seriesOf(table.target(entry, cpu))))
      : [];
    this.#decodeKey(table.key(entry), 0, before);
    for (const [cpu, target] of this.#targets.entries()) table.setTarget(entry, target, cpu);
    this.#keepRests(entry);
    this.#moved = true;
  }

  /** By the labels' places. */
  #knownValues(series: number): string[] {
    const known: string[] = [];
    if (series < 0) return known;
    const values = labelValues(this.sets.text(Math.floor(series / this.#places)));
    for (const [place, { index }] of this.#order.entries()) known[index] = values[place]!;
    return known;
  }

  /** Of a key that was just decoded. */
  #keepRests(entry: number): void {
    if (this.#heeded.length > 0) this.#table.setTarget(entry, this.#answer.restsOn, this.#cpus);
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
      if ((table.target(entry, this.#cpus) & changed) === 0) continue;
      for (let cpu = 0; cpu < this.#cpus; cpu++) {
        table.setTarget(entry, outdatedOf(table.target(entry, cpu)), cpu);
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
    if (this.#options.splitCpus > 0) {
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

  /** The target of a key, or why it has none. */
  #decode(keys: Buffer, offset: number, known: readonly string[] | undefined): number {
    const { labels } = this.#options;
    let outcome = undecodable;
    try {
      if (!labels.decode(keys, this.#decoded, offset, this.#answer, known)) return skipped;
      outcome = unusable;
      const place = this.#options.place(this.#decoded);
      return this.sets.intern(this.#labelText()) * this.#places + place;
    } catch (thrown) {
      if (!(thrown instanceof ExporterError)) throw thrown;
      this.#options.onError(thrown, keys.subarray(offset, offset + labels.size));
      return outcome;
    }
  }

  /** The label set of `#decoded`; equal lists of values are one. */
  #labelText(): string {
    let text = '';
    for (const { index, open } of this.#order) text += open + escapeLabelValue(this.#decoded[index]!);
    return text === '' ? text : `${text}"`;
  }

  #forget(): void {
    const atMs = this.#nowMs();
    this.#mark ??= { reading: 0, atMs };
    if (atMs - this.#mark.atMs < forgetAfterMs) return;
    const before = this.#table.size;
    this.#table.forget(this.#mark.reading);
    if (this.#table.size < before) this.#moved = true;
    this.#mark = { reading: this.#complete, atMs };
  }

  /** Label sets follow their keys; the rest move together. */
  #dropUnusedSets(): Int32Array {
    const table = this.#table;
    const places = this.#places;
    const used = new Uint8Array(this.sets.size);
    this.#moved = false;
    this.#skippedKeys = 0;
    for (let entry = 0; entry < table.size; entry++) {
      let isSkipped = true;
      for (let cpu = 0; cpu < this.#cpus; cpu++) {
        const target = table.target(entry, cpu);
        const series = seriesOf(target);
        if (series >= 0) used[Math.floor(series / places)] = 1;
        isSkipped &&= target === skipped;
      }
      if (isSkipped) this.#skippedKeys++;
    }
    const numbers = this.sets.keep(used);
    for (let entry = 0; entry < table.size; entry++) {
      for (let cpu = 0; cpu < this.#cpus; cpu++) {
        const target = table.target(entry, cpu);
        const series = seriesOf(target);
        if (series < 0) continue;
        const moved = numbers[Math.floor(series / places)]! * places + (series % places);
        table.setTarget(entry, target < 0 ? outdatedOf(moved) : moved, cpu);
      }
    }
    return numbers;
  }
}
