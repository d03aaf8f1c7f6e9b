import { setImmediate } from 'node:timers/promises';

/** After so many milliseconds of work, other work of the event loop gets a turn. */
const sliceMs = 2;

/** Does work slice by slice and lets other work run every now and then; ends early once `ended` says so. */
export async function inSlices(work: Iterable<void>, ended: () => boolean = () => false): Promise<void> {
  let sliceStart = performance.now();
  for (const _ of work) {
    if (performance.now() - sliceStart < sliceMs) continue;
    await setImmediate();
    if (ended()) return;
    sliceStart = performance.now();
  }
}
