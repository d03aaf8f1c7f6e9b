import { endianness } from 'node:os';

const little = endianness() === 'LE';

/** Unsigned integers as the kernel of this machine writes them. */
export function readU16(bytes: Buffer, offset = 0): number {
  return little ? bytes.readUInt16LE(offset) : bytes.readUInt16BE(offset);
}

export function readU32(bytes: Buffer, offset = 0): number {
  return little ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
}

export function readU64(bytes: Buffer, offset = 0): bigint {
  return little ? bytes.readBigUInt64LE(offset) : bytes.readBigUInt64BE(offset);
}

/** The same in decimal; without a bigint below 2^53. */
export function readU64Text(bytes: Buffer, offset = 0): string {
  const high = readU32(bytes, little ? offset + 4 : offset);
  return high < 0x200000
    ? String(high * 0x100000000 + readU32(bytes, little ? offset : offset + 4))
    : String(readU64(bytes, offset));
}
