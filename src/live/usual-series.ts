import type { SeriesValues } from '../metrics/family.ts';
import type { KnownValues } from './known-values.ts';

/** Series that are looked at in one go. */
export const runSeries = 8192;

/** What a run over series adds up, and which of them it left alone. */
export type Run = {
  /** Series that were there. */
  sets: number;
  /** Of each value, by how much it rose and what it is, of the series that were as usual. */
  readonly rises: Float64Array;
  readonly sums: Float64Array;
  /** The numbers of those that have to be looked at one by one: nothing of them is in the sums, and `known` is as it was. */
  readonly unusual: Int32Array;
  unusualCount: number;
};

/**
 * Takes in the series with numbers from `from` to `to` that are as usual: known, without a slot, and changed by no more
 * than `bar`, upwards. That is nearly all of 100,000, for which nothing can be called.
 */
export function takeUsual(
  table: SeriesValues,
  { values: known, slots, width, size }: KnownValues,
  { counted, bar }: { counted: number; bar: number },
  [from, to]: readonly [number, number],
  run: Run,
): void {
  const end = Math.min(to, size);
  run.unusualCount = 0;
  if (width === 1) takeSingle(table, known, slots, bar, from, end, run);
  else takeMany(table, known, slots, width, counted, bar, from, end, run);
  for (let number = Math.max(from, end); number < to; number++) run.unusual[run.unusualCount++] = number;
}

function takeSingle(
  { values, first, stride }: SeriesValues,
  known: Float64Array,
  slots: Int16Array,
  bar: number,
  from: number,
  to: number,
  run: Run,
): void {
  const { unusual } = run;
  let [sets, rises, sums, count] = [0, 0, 0, 0];
  for (let number = from; number < to; number++) {
    const value = values[first + number * stride]!;
    const change = value - known[number]!;
    if (change >= 0 && change <= bar && slots[number]! < 0 && (value !== 0 || !Object.is(value, -0))) {
      sets++;
      rises += change;
      sums += value;
      known[number] = value;
    } else unusual[count++] = number;
  }
  run.sets += sets;
  run.rises[0]! += rises;
  run.sums[0]! += sums;
  run.unusualCount = count;
}

function takeMany(
  { values, first, stride }: SeriesValues,
  known: Float64Array,
  slots: Int16Array,
  width: number,
  counted: number,
  bar: number,
  from: number,
  to: number,
  run: Run,
): void {
  const { unusual, rises, sums } = run;
  let count = 0;
  for (let number = from; number < to; number++) {
    const at = first + number * stride;
    const had = number * width;
    let rise = 0;
    let usual = slots[number]! < 0;
    for (let i = 0; usual && i < width; i++) {
      const change = values[at + i]! - known[had + i]!;
      usual = change >= 0;
      if (i < counted) rise += change;
    }
    if (!usual || rise > bar || isAbsent(values, at, width)) {
      unusual[count++] = number;
      continue;
    }
    run.sets++;
    for (let i = 0; i < width; i++) {
      const value = values[at + i]!;
      rises[i]! += value - known[had + i]!;
      sums[i]! += value;
      known[had + i] = value;
    }
  }
  run.unusualCount = count;
}

/** Whether the reading found nothing of a series: -0 everywhere. */
export function isAbsent(values: Float64Array, at: number, width: number): boolean {
  for (let i = 0; i < width; i++) if (!Object.is(values[at + i], -0)) return false;
  return true;
}
