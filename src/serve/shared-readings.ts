import { setImmediate } from 'node:timers/promises';

/** For how many turns of the event loop, twice, a reading waits for others who ask. */
const mostTurns = 100;

/** What one reading of the maps found, for one of those who asked for it. */
export type Lease<T> = {
  readonly found: T;
  /** Resolves when somebody waits for the next reading, which would write over this one. */
  readonly wanted: Promise<void>;
  /** To be called when `found` is no longer needed; can be called twice. */
  release(): void;
};

/** What the next one waits for: a reading, or a change between two. */
type Turn = {
  /** Resolved when somebody waits for the next one. */
  readonly wanted: PromiseWithResolvers<void>;
  readonly freed: PromiseWithResolvers<void>;
};

type Reading<T> = Turn & {
  /** What is to be read. More may come until it is under way. */
  readonly what: Set<string>;
  underWay: boolean;
  readonly made: Promise<T>;
  leases: number;
};

/**
 * Readings of the maps, one at a time: the next begins when everyone who has the one before released it. Whoever asks
 * while one has yet to be made shares it, if it reads what he asks for.
 */
export class SharedReadings<T> {
  readonly #read: (what: ReadonlySet<string>) => Promise<T>;
  /** Those that are not made yet: one under way, and one that waits for it to be released. */
  readonly #pending: Reading<T>[] = [];
  #latest: Turn | undefined;

  /** `read` is not called again before what it found was released. */
  constructor(read: (what: ReadonlySet<string>) => Promise<T>) {
    this.#read = read;
  }

  /** A reading of these configs, and maybe of others. Rejects with what `read` throws. */
  async lease(what: ReadonlySet<string>): Promise<Lease<T>> {
    const reading =
      this.#pending.find((one) => !one.underWay || [...what].every((name) => one.what.has(name))) ??
      this.#begin();
    if (!reading.underWay) for (const one of what) reading.what.add(one);
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

  /** Resolves when the reading that is under way is made; undefined when none is. */
  get underWay(): Promise<unknown> | undefined {
    const reading = this.#pending.find(({ underWay }) => underWay);
    return reading?.made.catch(() => undefined); // whoever asked for it is told
  }

  /** Changes what is read, when nobody has a reading and before the next begins. Rejects with what `change` throws. */
  async between<R>(change: () => Promise<R>): Promise<R> {
    const previous = this.#latest;
    previous?.wanted.resolve();
    const turn: Turn = { wanted: Promise.withResolvers(), freed: Promise.withResolvers() };
    this.#latest = turn;
    await previous?.freed.promise;
    try {
      return await change();
    } finally {
      turn.freed.resolve();
    }
  }

  #begin(): Reading<T> {
    const previous = this.#latest;
    previous?.wanted.resolve();
    const { promise: made, resolve } = Promise.withResolvers<T>();
    const reading: Reading<T> = {
      what: new Set(),
      underWay: false,
      made,
      wanted: Promise.withResolvers(),
      freed: Promise.withResolvers(),
      leases: 0,
    };
    resolve(this.#make(reading, previous));
    this.#latest = reading;
    this.#pending.push(reading);
    return reading;
  }

  async #make(reading: Reading<T>, previous: Turn | undefined): Promise<T> {
    await previous?.freed.promise;
    await untilSteady(() => reading.leases);
    reading.underWay = true;
    try {
      return await this.#read(reading.what);
    } catch (thrown) {
      reading.freed.resolve(); // there is nothing to release
      throw thrown;
    } finally {
      this.#pending.splice(this.#pending.indexOf(reading), 1);
    }
  }
}

/** Node.js takes one new connection a turn: of many that come at once, this waits for the last. */
async function untilSteady(count: () => number): Promise<void> {
  let before = -1;
  for (let turn = 0; turn < mostTurns && count() !== before; turn++) {
    before = count();
    await setImmediate();
    await setImmediate();
  }
}
