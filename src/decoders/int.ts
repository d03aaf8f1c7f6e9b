import { decodeError } from './decode-error.ts';
import type { Step } from './decoder.ts';
import { readU16, readU32, readU64 } from './host-order.ts';

/** An integer in host byte order as decimal with its sign. */
export function int(): Step {
  return { takes: 'bytes', decode };
}

function decode(input: Buffer): string {
  switch (input.length) {
    case 1:
      return String((input[0]! << 24) >> 24);
    case 2:
      return String((readU16(input) << 16) >> 16);
    case 4:
      return String(readU32(input) | 0);
    case 8:
      return String(BigInt.asIntN(64, readU64(input)));
    default:
      throw decodeError(`int needs 1, 2, 4 or 8 bytes, got ${input.length}`);
  }
}
