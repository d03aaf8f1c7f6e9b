import type { EntryBatch, EntrySource } from './entry-source.ts';
import { MapReading } from './map-reading.ts';

/** How long entries stay in their map before they are taken out of it. */
export const sliceMs = 5000;

export type WindowReadingOptions = {
  /** Shows entries to those who only look. */
  readonly source: EntrySource;
  /** Takes all entries out of the map. Throws `map_read`. */
  take(): Iterable<EntryBatch>;
  /** Told how many of the entries that were taken could not be decoded. */
  onUndecoded(entries: number): void;
  /** A monotonic clock. */
  readonly nowMs?: () => number;
};

/**
 * Readings that take the entries out of their map, one for each slice of time, whoever asks for the metrics and how
 * often. What was taken is of the slice that ended last.
 */
export class WindowReading extends MapReading {
  readonly #options: WindowReadingOptions;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  /** Slices that ended and were read, or missed. */
  #done = 0;
  #busy = false;
  #failed: unknown;

  constructor(options: WindowReadingOptions) {
    super(options.source);
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#startMs = this.#nowMs();
  }

  /** The number of the slice that the last reading is of. */
  get slice(): number {
    return this.#done - 1;
  }

  /** Until the slice that is under way ends; 0 when one ended that was not read. */
  get restMs(): number {
    return Math.max(0, this.#startMs + (this.#done + 1) * sliceMs - this.#nowMs());
  }

  /** For a scrape: nothing, unless whoever reads at the end of each slice is late. Throws what the last reading did. */
  override *collect(): Iterable<void> {
    if (this.#busy) return;
    if (this.restMs === 0) yield* this.takeSlice();
    else if (this.#failed !== undefined) throw this.#failed;
  }

  /** Reads the slice that ended, if it was not read yet. Throws `map_read`. */
  *takeSlice(): Iterable<void> {
    if (this.#busy || this.restMs > 0) return;
    this.#busy = true;
    this.#failed = undefined;
    this.#done = Math.floor((this.#nowMs() - this.#startMs) / sliceMs);
    try {
      yield* this.collectFrom(this.#options.take());
      this.#options.onUndecoded(super.errors);
    } catch (thrown) {
      this.#failed = thrown;
      throw thrown;
    } finally {
      this.#busy = false;
    }
  }

  /** They were told when they were taken. */
  override get errors(): number {
    return 0;
  }
}
