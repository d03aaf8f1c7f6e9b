/** What one reading of the maps found, for one of those who asked for it. */
export type Lease<T> = {
  readonly found: T;
  /** Resolves when somebody waits for the next reading, which would write over this one. */
  readonly wanted: Promise<void>;
  /** To be called when `found` is no longer needed; can be called twice. */
  release(): void;
};

type Reading<T> = {
  readonly made: Promise<T>;
  readonly wanted: PromiseWithResolvers<void>;
  readonly freed: PromiseWithResolvers<void>;
  leases: number;
};

/**
 * Readings of the maps, one at a time: the next begins when everyone who has the one before released it. Whoever asks
 * while one has yet to be made shares it.
 */
export class SharedReadings<T> {
  readonly #read: () => Promise<T>;
  #latest: Reading<T> | undefined;
  /** The latest, until it is made. */
  #joinable: Reading<T> | undefined;

  /** `read` is not called again before what it found was released. */
  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** Rejects with what `read` throws. */
  async lease(): Promise<Lease<T>> {
    const reading = this.#joinable ?? this.#begin();
    reading.leases++;
    const found = await reading.made;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      if (--reading.leases === 0) reading.freed.resolve();
    };
    return { found, wanted: reading.wanted.promise, release };
  }

  #begin(): Reading<T> {
    const previous = this.#latest;
    previous?.wanted.resolve();
    const freed = Promise.withResolvers<void>();
    const reading: Reading<T> = {
      made: this.#make(previous, freed.resolve),
      wanted: Promise.withResolvers(),
      freed,
      leases: 0,
    };
    this.#latest = reading;
    this.#joinable = reading;
    return reading;
  }

  async #make(previous: Reading<T> | undefined, free: () => void): Promise<T> {
    await previous?.freed.promise;
    try {
      return await this.#read();
    } catch (thrown) {
      free(); // there is nothing to release
      throw thrown;
    } finally {
      this.#joinable = undefined;
    }
  }
}
