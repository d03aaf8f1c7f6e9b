/** A key or record that could not be decoded. */
export type Undecoded = { readonly metric: string; readonly keyHex: string; readonly message: string };

/** What happened while a config's metrics were read, ever, besides reading. */
export class ErrorCounts {
  readonly #failedReads = new Map<string, number>();
  readonly #expired = new Map<string, number>();
  #undecoded = 0;
  #lastUndecoded: Undecoded | undefined;

  /** Entries and records that could not be decoded. */
  get undecoded(): number {
    return this.#undecoded;
  }

  countUndecoded(count: number): void {
    this.#undecoded += count;
  }

  /** The last key or record that could not be decoded and was not known before. */
  get lastUndecoded(): Undecoded | undefined {
    return this.#lastUndecoded;
  }

  noteUndecoded(last: Undecoded): void {
    this.#lastUndecoded = last;
  }

  failedReads(map: string): number {
    return this.#failedReads.get(map) ?? 0;
  }

  expiredEntries(map: string): number {
    return this.#expired.get(map) ?? 0;
  }

  /** Entries of a map that were deleted because nothing changed in them. */
  countExpired(map: string, entries: number): void {
    this.#expired.set(map, this.expiredEntries(map) + entries);
  }

  /** A map that could not be read, or not to its end. */
  countFailedRead(map: string): void {
    this.#failedReads.set(map, this.failedReads(map) + 1);
  }
}
