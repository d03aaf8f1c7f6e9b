import { setImmediate } from 'node:timers/promises';

/** Turns the event loop without rest and notes the longest time between two turns, until asked for it. */
export function watchPauses(): { longestMs(): Promise<number> } {
  let longest = 0;
  let watching = true;
  const watch = async (): Promise<number> => {
    for (let last = performance.now(); watching; ) {
      await setImmediate();
      const now = performance.now();
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
