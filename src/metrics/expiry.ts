import type { EntrySource } from './entry-source.ts';
import type { SeriesTable } from './series-table.ts';

/** Entries that are deleted between two chances for other work. */
const sliceEntries = 256;

export type ExpiryOptions = {
  readonly afterMs: number;
  readonly source: EntrySource;
  /** Told how many entries were deleted. */
  onExpired(entries: number): void;
};

/**
 * Deletes the entries of label sets in which nothing changed for some time: all entries of a set together, every bucket
 * and every key with the same labels, since one of them alone would look like a reset. An entry of several metrics stays
 * as long as one of its sets is alive, and keeps the others alive.
 */
export class Expiry {
  readonly #options: ExpiryOptions;

  constructor(options: ExpiryOptions) {
    this.#options = options;
  }

  /** After a reading that came to its end, in slices. */
  *run(tables: readonly SeriesTable[], nowMs: number): Iterable<void> {
    const since = nowMs - this.#options.afterMs;
    const alive = tables.map((table) => table.aliveSets(since));
    if (alive.every((sets) => !sets.includes(0))) return;
    const keys = liveKeys(tables);
    while (spread(keys, alive)) yield;
    let expired = 0;
    for (const { key, sets } of keys) {
      if (sets.length === 0 || sets.some(([table, set]) => alive[table]![set] === 1)) continue;
      if (this.#options.source.delete?.(key) === true) expired++;
      if (expired % sliceEntries === 0) yield;
    }
    this.#options.onExpired(expired);
  }
}

/** A key of the map, and the label sets that it is of: the table's place and the set's number. */
type LiveKey = { readonly key: Buffer; readonly sets: (readonly [table: number, set: number])[] };

function liveKeys(tables: readonly SeriesTable[]): LiveKey[] {
  const found = new Map<string, LiveKey>();
  for (const [place, table] of tables.entries()) {
    table.eachKey((bytes, sets) => {
      const id = bytes.toString('latin1');
      const known = found.get(id) ?? { key: Buffer.from(bytes), sets: [] };
      found.set(id, known);
      for (const set of sets) known.sets.push([place, set]);
    });
  }
  return [...found.values()];
}

/** Keeps alive what shares a key with what is; whether that was anything. */
function spread(keys: readonly LiveKey[], alive: readonly Uint8Array[]): boolean {
  let spread = false;
  for (const { sets } of keys) {
    if (!sets.some(([table, set]) => alive[table]![set] === 1)) continue;
    for (const [table, set] of sets) {
      if (alive[table]![set] === 1) continue;
      alive[table]![set] = 1;
      spread = true;
    }
  }
  return spread;
}
