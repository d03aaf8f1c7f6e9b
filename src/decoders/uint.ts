import { decodeError } from './decode-error.ts';
import type { Step } from './decoder.ts';
import { readU16, readU32, readU64Text } from './host-order.ts';

/** An integer in host byte order as unsigned decimal, exact to 2^64 - 1. */
export function uint(): Step {
  return { takes: 'bytes', decode };
}

function decode(input: Buffer): string {
  switch (input.length) {
    case 1:
      return String(input[0]);
    case 2:
      return String(readU16(input));
    case 4:
      return String(readU32(input));
    case 8:
      return readU64Text(input);
    default:
      throw decodeError(`uint needs 1, 2, 4 or 8 bytes, got ${input.length}`);
  }
}
