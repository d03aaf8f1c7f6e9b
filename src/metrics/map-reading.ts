import type { EntryBatch, EntrySource } from './entry-source.ts';

/** Entries that sinks are given at a time. */
export const runEntries = 256;

/** What wants the entries of a map. */
export type EntrySink = {
  /** A reading starts. */
  begin(): void;
  /** Entries `first..last` of a batch, `runEntries` at most. */
  add(batch: EntryBatch, first: number, last: number): void;
  /** The reading came to its end; it may not, when the map cannot be read. */
  end(): void;
  /** Entries of this reading that could not be decoded. */
  readonly errors: number;
};

/** Readings of one map, which all of its metrics share. */
export class MapReading {
  readonly source: EntrySource;
  readonly #sinks = new Map<string, EntrySink>();
  #entries: number | undefined;
  readonly #after: (() => Iterable<void>)[] = [];

  constructor(source: EntrySource) {
    this.source = source;
  }

  /** The sink of this name, which is made when it is first asked for, before the first reading. */
  sink<Sink extends EntrySink>(name: string, make: () => Sink): Sink {
    const sink = (this.#sinks.get(name) as Sink | undefined) ?? make();
    this.#sinks.set(name, sink);
    return sink;
  }

  /** What is to be done, in slices, after every reading that comes to its end. */
  addAfter(after: () => Iterable<void>): void {
    this.#after.push(after);
  }

  /** Those there are now. */
  get sinks(): readonly EntrySink[] {
    return [...this.#sinks.values()];
  }

  /**
   * One reading, in slices: between two of them the caller may do anything but read this map. What sinks have is of this
   * reading until the next one begins. Throws `map_read`.
   */
  collect(): Iterable<void> {
    return this.collectFrom(this.source.batches());
  }

  /** One reading of these batches. */
  protected *collectFrom(batches: Iterable<EntryBatch>): Iterable<void> {
    const sinks = [...this.#sinks.values()];
    for (const sink of sinks) sink.begin();
    let entries = 0;
    for (const batch of batches) {
      entries += batch.count;
      for (let first = 0; first < batch.count; first += runEntries) {
        const last = Math.min(first + runEntries, batch.count);
        for (const sink of sinks) sink.add(batch, first, last);
        yield;
      }
    }
    for (const sink of sinks) sink.end();
    this.#entries = entries;
    for (const after of this.#after) yield* after();
  }

  /** Entries that the last reading that came to its end has found; undefined before the first. */
  get entries(): number | undefined {
    return this.#entries;
  }

  /** Entries of the last reading that could not be decoded. */
  get errors(): number {
    return [...this.#sinks.values()].reduce((sum, { errors }) => sum + errors, 0);
  }
}
