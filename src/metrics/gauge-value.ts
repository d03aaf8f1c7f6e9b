import type { Aggregate } from '../config/spec.ts';
import type { EntrySource } from './entry-source.ts';
import { compileValue, type PlacedValue, type ValueReader } from './placed-value.ts';

/** What is read of a gauge's entry: the values of its CPUs as one, or how many of them there were. */
export type GaugePart = 'sum' | 'max' | 'min' | 'count';

/** The columns of a table that an aggregate is made of. */
export const partsOf: Readonly<Record<Aggregate, readonly GaugePart[]>> = {
  sum: ['sum'],
  max: ['max'],
  min: ['min'],
  avg: ['sum', 'count'],
};

/**
 * Reads a part of entries that have a value for each CPU. Only the online CPUs whose whole value is not zero count, since
 * the others have never written; where none has, the entry's value is 0.
 */
export function compileCpuValues(
  value: PlacedValue,
  { valueStride, valuesPerEntry }: EntrySource,
  part: GaugePart,
  onlineCpus: () => readonly number[],
): ValueReader {
  const read = compileValue(value, valueStride, 1);
  const cpuValues = new Float64Array(valuesPerEntry);
  return (values, first, count, out) => {
    const online = onlineCpus();
    for (let entry = 0; entry < count; entry++) {
      const start = (first + entry) * valuesPerEntry;
      read(values, start, valuesPerEntry, cpuValues);
      let found = 0;
      let result = 0;
      for (const cpu of online) {
        if (cpu >= valuesPerEntry || isZero(values, (start + cpu) * valueStride, valueStride)) continue;
        const one = cpuValues[cpu]!;
        result = found === 0 ? one : combined(part, result, one);
        found++;
      }
      out[entry] = part === 'count' ? Math.max(1, found) : result;
    }
  };
}

/** What two values, of CPUs or of keys with equal labels, are together. */
export function combined(part: GaugePart, one: number, other: number): number {
  if (part === 'max') return Math.max(one, other);
  if (part === 'min') return Math.min(one, other);
  return one + other;
}

function isZero(values: Buffer, start: number, length: number): boolean {
  for (let at = start; at < start + length; at++) if (values[at] !== 0) return false;
  return true;
}
