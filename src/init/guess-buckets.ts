import type { DeclaredMap } from '../bpf/declared-maps.ts';
import { mapTypes } from '../bpf/map-types.ts';
import type { MapUses } from './map-uses.ts';
import { isTime, unitFactor } from './metric-name.ts';

/** The buckets of a histogram, as the code and the size of its map suggest them. */
export type Buckets = {
  readonly type: 'exp2' | 'exp2zero' | 'linear';
  readonly max: number;
  readonly multiplier: number;
  /** How the unit of the keys was found: `microseconds to seconds`. */
  readonly unit: string | undefined;
  /** What the last bucket was guessed by. */
  readonly why: string;
};

const defaultMax = 26;
/** The highest bucket that a program with 64-bit values has. */
const highest = 64;

/** `name`: the metric's, whose unit the bounds are to have. */
export function guessBuckets(name: string, map: DeclaredMap, uses: MapUses | undefined): Buckets {
  const { max, why } = guessMax(map, uses);
  const divisor = divisorOf(uses);
  if (uses !== undefined && !hasLogarithm(uses)) {
    return { type: 'linear', max, multiplier: isTime(name) ? 1 : (divisor ?? 1), unit: undefined, why };
  }
  const type = countsZero(uses) ? 'exp2zero' : 'exp2';
  if (!isTime(name)) return { type, max, multiplier: 1, unit: undefined, why };
  const nanoseconds = divisor ?? 1;
  const multiplier = Number((nanoseconds * 1e-9 * unitFactor(name)).toPrecision(12));
  return { type, max, multiplier, unit: unitNames.get(nanoseconds), why };
}

const unitNames: ReadonlyMap<number, string> = new Map([
  [1, 'nanoseconds'],
  [100, '100 nanoseconds'],
  [1000, 'microseconds'],
  [1_000_000, 'milliseconds'],
]);

function divisorOf(uses: MapUses | undefined): number | undefined {
  return [...(uses?.divisors ?? [])].find((number) => number > 1);
}

/** Whether the code has what computes a logarithm by halves: bounds of 2, 4, 8 and 16 bits. */
function hasLogarithm({ compared }: MapUses): boolean {
  return (
    [0x3, 0xf, 0xff, 0xffff].filter((bound) => compared.has(bound) || compared.has(bound + 1)).length >= 3
  );
}

/**
 * A logarithm rounded up is 32 (or 16) bits of the upper half and one; a bucket for zero makes it one more. Compilers fold
 * that into one number.
 */
function countsZero(uses: MapUses | undefined): boolean {
  const constants = uses?.constants;
  return constants !== undefined && (constants.has(34) || (constants.has(18) && !constants.has(33)));
}

/** Programs count what is past the last bucket in it, and the sum behind it: both numbers stand in the code. */
function guessMax(map: DeclaredMap, uses: MapUses | undefined): { max: number; why: string } {
  const constants = uses?.constants;
  for (let key = highest; constants !== undefined && key >= 4; key--) {
    // Logarithms have 33 and 34 in them.
    if (key !== 32 && key !== 33 && constants.has(key) && constants.has(key + 1))
      return { max: key, why: 'the last key that the code sets' };
  }
  const isArray = map.type === mapTypes.array || map.type === mapTypes.percpu_array;
  if (isArray && map.keyType?.kind !== 'struct' && map.maxEntries > 2) {
    return { max: map.maxEntries - 2, why: `the map has ${map.maxEntries} entries, the last for the sum` };
  }
  return { max: defaultMax, why: 'nothing says how many there are' };
}

/** Whether the code sets keys as one does that counts in buckets: the last one, the sum behind it, a logarithm or division. */
export function looksBucketed(map: DeclaredMap, uses: MapUses | undefined): boolean {
  if (uses === undefined) return false;
  const { why } = guessMax(map, uses);
  return why.startsWith('the last key') && (hasLogarithm(uses) || divisorOf(uses) !== undefined);
}
