import type { Native } from '../native/library.ts';

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const attempts = 3;

/**
 * CLOCK_MONOTONIC, which `bpf_ktime_get_ns` returns, and CLOCK_REALTIME at one moment, in nanoseconds. They cannot be read
 * at once: of some attempts, the one that took the shortest counts.
 */
export function readClocks({ c }: Native): { monotonic: bigint; wall: bigint } {
  const time = Buffer.alloc(16); // struct timespec
  const read = (clock: number): bigint => {
    c.clock_gettime(clock, time);
    return time.readBigInt64LE(0) * 1_000_000_000n + time.readBigInt64LE(8);
  };
  let best: { monotonic: bigint; wall: bigint; took: bigint } | undefined;
  for (let i = 0; i < attempts; i++) {
    const before = read(CLOCK_MONOTONIC);
    const wall = read(CLOCK_REALTIME);
    const took = read(CLOCK_MONOTONIC) - before;
    if (best === undefined || took < best.took) best = { monotonic: before + took / 2n, wall, took };
  }
  return { monotonic: best!.monotonic, wall: best!.wall };
}
