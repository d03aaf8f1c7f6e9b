import { decodeError } from './decode-error.ts';
import type { Step } from './decoder.ts';

/** Dotted IPv4, or IPv6 in the canonical form of RFC 5952; an IPv4-mapped address prints as IPv4. Network byte order. */
export function inetIp(): Step {
  return { takes: 'bytes', decode };
}

function decode(input: Buffer): string {
  if (input.length === 4) return ipv4(input);
  if (input.length !== 16) throw decodeError(`inet_ip needs 4 or 16 bytes, got ${input.length}`);
  const groups = Array.from({ length: 8 }, (_, index) => input.readUInt16BE(index * 2));
  if (zerosFrom(groups, 0) === 5 && groups[5] === 0xffff) {
    return ipv4(input.subarray(12));
  }
  return ipv6(groups);
}

function ipv4(bytes: Buffer): string {
  return bytes.join('.');
}

/** RFC 5952: the first of the longest runs of two or more zero groups becomes `::`. */
function ipv6(groups: readonly number[]): string {
  let start = 0;
  let length = 1;
  for (let index = 0; index < groups.length; index++) {
    const zeros = zerosFrom(groups, index);
    if (zeros > length) [start, length] = [index, zeros];
  }
  const text = groups.map((group) => group.toString(16));
  if (length === 1) return text.join(':');
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`;
}

function zerosFrom(groups: readonly number[], start: number): number {
  let end = start;
  while (groups[end] === 0) end++;
  return end - start;
}
