/** Both clocks at one moment, in nanoseconds: CLOCK_MONOTONIC and CLOCK_REALTIME. */
export type ClockReading = { readonly monotonic: bigint; readonly wall: bigint };

/** A time during which wall time was ahead of monotonic time by so much. */
type Stretch = { readonly from: bigint; until: bigint; offset: bigint };

/** Less than this is the clock being slewed, which is followed; more is a step or a suspend, which is remembered. */
const stepNs = 1_000_000n;
const stretches = 16;
const freshMs = 100;

/**
 * Turns CLOCK_MONOTONIC, which programs have from `bpf_ktime_get_ns`, into wall time. Monotonic time stands still while
 * the machine is suspended and knows no steps of the clock, so how far wall time is ahead changes: records of before are
 * turned with what was right then.
 */
export class WallClock {
  readonly #read: () => ClockReading;
  readonly #history: Stretch[] = [];
  #sampledAt = Number.NEGATIVE_INFINITY;

  constructor(read: () => ClockReading) {
    this.#read = read;
  }

  /** Compares the clocks, unless that was just done. To be called before records are turned, and now and then. */
  refresh(now = performance.now()): void {
    if (now - this.#sampledAt < freshMs) return;
    this.#sampledAt = now;
    const { monotonic, wall } = this.#read();
    const offset = wall - monotonic;
    const last = this.#history.at(-1);
    if (last !== undefined && distance(last.offset, offset) < stepNs) {
      last.offset = offset;
      last.until = monotonic;
      return;
    }
    this.#history.push({ from: monotonic, until: monotonic, offset });
    if (this.#history.length > stretches) this.#history.shift();
  }

  /** How far wall time was ahead at a monotonic time: as of the nearest moment that is known of. */
  offsetAt(monotonic: bigint): bigint {
    if (this.#history.length === 0) this.refresh();
    let at = this.#history.length - 1;
    for (; at > 0; at--) {
      const { from } = this.#history[at]!;
      const before = this.#history[at - 1]!.until;
      if (monotonic - before >= from - monotonic) break;
    }
    return this.#history[at]!.offset;
  }

  /** Monotonic times from here on all have this offset. */
  get current(): { readonly from: bigint; readonly offset: bigint } {
    if (this.#history.length === 0) this.refresh();
    const last = this.#history.at(-1)!;
    const before = this.#history.at(-2);
    return { from: before === undefined ? 0n : last.from, offset: last.offset };
  }

  /** Wall time of now. */
  now(): bigint {
    return this.#read().wall;
  }
}

function distance(a: bigint, b: bigint): bigint {
  return a < b ? b - a : a - b;
}
