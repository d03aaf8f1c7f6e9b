/** What went wrong while a config's metrics were read, ever. */
export class ErrorCounts {
  readonly #failedReads = new Map<string, number>();
  #undecoded = 0;

  /** Entries and records that could not be decoded. */
  get undecoded(): number {
    return this.#undecoded;
  }

  countUndecoded(count: number): void {
    this.#undecoded += count;
  }

  failedReads(map: string): number {
    return this.#failedReads.get(map) ?? 0;
  }

  /** A map that could not be read, or not to its end. */
  countFailedRead(map: string): void {
    this.#failedReads.set(map, this.failedReads(map) + 1);
  }
}
