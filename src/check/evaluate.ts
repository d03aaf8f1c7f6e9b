import { classes, type Instruction } from './instruction.ts';

/** What is known of a register: a number of 64 bits, a place in a section of constants, or nothing. */
export type Value = bigint | { readonly section: string; readonly offset: number } | undefined;

type Operation = (a: bigint, b: bigint, bits: number) => bigint | undefined;

const add = 0;
const move = 11;
const shift = (b: bigint, bits: number): bigint => b & BigInt(bits - 1);

/** By the highest four bits of the code. What is not here is not followed. */
const operations: Readonly<Record<number, Operation>> = {
  0: (a, b) => a + b,
  1: (a, b) => a - b,
  2: (a, b) => a * b,
  4: (a, b) => a | b,
  5: (a, b) => a & b,
  6: (a, b, bits) => a << shift(b, bits),
  7: (a, b, bits) => a >> shift(b, bits),
  10: (a, b) => a ^ b,
  12: (a, b, bits) => BigInt.asIntN(bits, a) >> shift(b, bits),
};

/** What an instruction that computes leaves in its target. */
export function compute(
  { code, offset, immediate, target, source }: Instruction,
  registers: readonly Value[],
): Value {
  const bits = (code & 7) === classes.alu64 ? 64 : 32;
  const a = registers[target];
  const b = (code & 8) === 0 ? BigInt(immediate) : registers[source];
  const operation = code >> 4;
  if (offset !== 0) return undefined; // it extends a sign, or divides signed
  if (operation === move) {
    if (typeof b === 'bigint') return BigInt.asUintN(bits, b);
    return bits === 64 ? b : undefined;
  }
  if (typeof b !== 'bigint') return undefined;
  if (typeof a === 'object') {
    const moved = a.offset + Number(BigInt.asIntN(64, b));
    return operation === add && bits === 64 ? { section: a.section, offset: moved } : undefined;
  }
  if (a === undefined) return undefined;
  const result = operations[operation]?.(BigInt.asUintN(bits, a), BigInt.asUintN(bits, b), bits);
  return result === undefined ? undefined : BigInt.asUintN(bits, result);
}

type Comparison = (a: bigint, b: bigint, signedA: bigint, signedB: bigint) => boolean;

const comparisons: Readonly<Record<number, Comparison>> = {
  1: (a, b) => a === b,
  2: (a, b) => a > b,
  3: (a, b) => a >= b,
  4: (a, b) => (a & b) !== 0n,
  5: (a, b) => a !== b,
  6: (_a, _b, a, b) => a > b,
  7: (_a, _b, a, b) => a >= b,
  10: (a, b) => a < b,
  11: (a, b) => a <= b,
  12: (_a, _b, a, b) => a < b,
  13: (_a, _b, a, b) => a <= b,
};

/** Whether a conditional jump is taken; undefined when it may be. */
export function isTaken(
  { code, immediate, target, source }: Instruction,
  registers: readonly Value[],
): boolean | undefined {
  const bits = (code & 7) === classes.jump ? 64 : 32;
  const a = registers[target];
  const b = (code & 8) === 0 ? BigInt(immediate) : registers[source];
  if (typeof a !== 'bigint' || typeof b !== 'bigint') return undefined;
  const [left, right] = [a, b].map((one) => BigInt.asUintN(bits, one)) as [bigint, bigint];
  return comparisons[code >> 4]?.(left, right, BigInt.asIntN(bits, left), BigInt.asIntN(bits, right));
}
