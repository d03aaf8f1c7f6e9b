import type { Step } from './decoder.ts';

const dot = 0x2e;

/** A DNS name in wire format (RFC 1035, 3.1; no compression) with dots; the root's zero length leaves a trailing dot. */
export function dname(): Step {
  return { takes: 'bytes', decode };
}

function decode(input: Buffer): string | Buffer {
  const name = Buffer.from(input);
  let end = 0;
  while (end < input.length) {
    const length = input[end]!;
    name[end] = dot;
    end += 1 + length;
    if (length === 0) break;
  }
  if (end > input.length) return input;
  return end <= 1 ? '.' : name.subarray(1, end);
}
