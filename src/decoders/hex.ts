import type { Step } from './decoder.ts';

/** Lower-case hex, two digits a byte. */
export function hex(): Step {
  return { takes: 'bytes', decode: (input) => input.toString('hex') };
}
