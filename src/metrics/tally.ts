import { compileInteger, type PlacedValue } from './placed-value.ts';

/** What a record adds to the numbers of its key. */
export type Tally = {
  /** How many numbers a key has. */
  readonly numbers: number;
  /** Adds the record at `offset` to those that begin with number `first`: u64s as two words, the lower first. */
  add(bytes: Buffer, offset: number, numbers: Uint32Array, first: number): void;
};

/** Counts records. */
export const countEach: Tally = {
  numbers: 1,
  add: (_bytes, _offset, numbers, first) => addTo(numbers, first, 1),
};

/** Adds up a field of the records. */
export function sumOf(field: PlacedValue): Tally {
  const read = compileInteger(field);
  return {
    numbers: 1,
    add: (bytes, offset, numbers, first) => addTo(numbers, first, read(bytes, offset)),
  };
}

/**
 * Counts records by the bucket of a field, and adds it up: a number for each of `limits`, which rise, one for what is
 * above the last of them, and the sum.
 */
export function observe(field: PlacedValue, limits: readonly number[]): Tally {
  const read = compileInteger(field);
  const beyond = limits.length;
  return {
    numbers: beyond + 2,
    add(bytes, offset, numbers, first) {
      const value = read(bytes, offset);
      let low = 0;
      for (let high = beyond; low < high; ) {
        const middle = (low + high) >>> 1;
        if (value <= limits[middle]!) high = middle;
        else low = middle + 1;
      }
      addTo(numbers, first + low, 1);
      addTo(numbers, first + beyond + 1, value);
    },
  };
}

function addTo(numbers: Uint32Array, nth: number, value: number): void {
  const low = numbers[nth * 2]! + (value % 0x100000000);
  numbers[nth * 2] = low;
  if (value < 0x100000000 && low < 0x100000000) return;
  numbers[nth * 2 + 1]! += Math.floor(value / 0x100000000) + (low >= 0x100000000 ? 1 : 0);
}
