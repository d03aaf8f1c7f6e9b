import type { Dice } from '../support/dice.ts';

const words = [0, 1, 2, 3, 4, 7, 8, 0x10, 0x18, 0x40, 0x7f, 0x80, 0xff, 0x100, 0xff00, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff]; // biome-ignore format: a list

/** An ELF object with damage at one to four places, which are as often in a small section as in a large one. */
export function damage(sound: Buffer, dice: Dice): Buffer {
  const { below } = dice;
  let bytes: Buffer = Buffer.from(sound);
  const places = placesOf(sound);
  for (let times = 1 + below(4); times > 0; times--) bytes = damageOnce(bytes, places, dice);
  return bytes;
}

type Range = { readonly start: number; readonly end: number };

function damageOnce(bytes: Buffer, places: readonly Range[], { below, pick }: Dice): Buffer {
  const { start, end } = pick(places);
  const at = Math.min(start + below(Math.max(1, end - start)), bytes.length - 1);
  const word = Math.min(at & ~3, bytes.length - 4);
  const other = Math.min((start + below(Math.max(1, end - start))) & ~3, bytes.length - 4);
  switch (below(8)) {
    case 0:
      bytes[at]! ^= 1 << below(8);
      return bytes;
    case 1:
      bytes[at] = below(256);
      return bytes;
    case 2:
      bytes.writeUInt32LE(pick(words), word);
      return bytes;
    case 3:
      bytes.writeUInt32LE((bytes.readUInt32LE(word) + pick([1, -1, 4, -4, 8, 256])) >>> 0, word);
      return bytes;
    case 4:
      // The word of another place, which is more often one that makes sense there.
      bytes.copy(bytes, word, other, other + 4);
      return bytes;
    case 5:
      bytes.copy(bytes, word, other, other + pick([8, 12, 16, 24, 64]));
      return bytes;
    case 6:
      bytes.fill(pick([0, 0xff]), at, Math.min(at + pick([1, 4, 8, 16]), bytes.length));
      return bytes;
    default:
      if (below(8) > 0) {
        bytes.writeUInt32LE(below(pick([16, 256, 4096])), word);
        return bytes;
      }
      return Buffer.from(bytes.subarray(0, Math.max(64, at)));
  }
}

/** The header, the table of sections, each section, and the whole. */
function placesOf(bytes: Buffer): Range[] {
  const [at, count] = [Number(bytes.readBigUInt64LE(40)), bytes.readUInt16LE(60)];
  const sections = Array.from({ length: count }, (_, i) => {
    const start = Number(bytes.readBigUInt64LE(at + i * 64 + 24));
    return { start, end: start + Number(bytes.readBigUInt64LE(at + i * 64 + 32)) };
  });
  const whole = { start: 0, end: bytes.length };
  return [whole, { start: 0, end: 64 }, { start: at, end: at + count * 64 }, ...sections].filter(
    ({ start, end }) => end > start && end <= bytes.length,
  );
}
