import type { Step } from './decoder.ts';

/** The bytes before the first NUL, or all of them. */
export function string(): Step {
  return { takes: 'bytes', decode };
}

function decode(input: Buffer): Buffer {
  const end = input.indexOf(0);
  return end === -1 ? input : input.subarray(0, end);
}
