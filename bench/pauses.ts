import { setImmediate } from 'node:timers/promises';

/** Of a clock that nobody moves: scrapes are made to believe that minutes have passed. */
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Turns the event loop without rest and notes the longest time between two turns, until asked for it. */
export function watchPauses(): { longestMs(): Promise<number> } {
  let longest = 0;
  let watching = true;
  const watch = async (): Promise<number> => {
    for (let last = nowMs(); watching; ) {
      await setImmediate();
      const now = nowMs();
      longest = Math.max(longest, now - last);
      last = now;
    }
    return longest;
  };
  const watched = watch();
  return {
    longestMs: () => {
      watching = false;
      return watched;
    },
  };
}
