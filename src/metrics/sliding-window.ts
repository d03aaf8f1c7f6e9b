import type { WindowTake } from '../config/spec.ts';

/** Of a label set, the slices that matter and their values, in the order of time. */
type Kept = { readonly slices: number[]; readonly values: number[] };

/** The values of label sets over the last slices of time: of each the largest, the smallest or the total. */
export class SlidingWindow {
  readonly #length: number;
  readonly #take: WindowTake;
  readonly #sets = new Map<string, Kept>();

  /** `length`: how many slices it has. */
  constructor(length: number, take: WindowTake) {
    this.#length = length;
    this.#take = take;
  }

  /** A label set had this value in a slice. Slices come in the order of their numbers, each label set once in each. */
  add(set: string, slice: number, value: number): void {
    const kept = this.#sets.get(set) ?? { slices: [], values: [] };
    this.#sets.set(set, kept);
    const { slices, values } = kept;
    // What a later value outdoes will never be shown.
    while (values.length > 0 && this.#outdoes(value, values.at(-1)!)) {
      slices.pop();
      values.pop();
    }
    slices.push(slice);
    values.push(value);
  }

  /** What each label set is over the slices up to this one, once there were so many. Forgets those before. */
  *until(slice: number): Iterable<[set: string, value: number]> {
    const first = slice + 1 - this.#length;
    for (const [set, { slices, values }] of this.#sets) {
      const gone = slices.findIndex((one) => one >= first);
      if (gone < 0) {
        this.#sets.delete(set);
        continue;
      }
      slices.splice(0, gone);
      values.splice(0, gone);
      const value = this.#take === 'sum' ? values.reduce((sum, one) => sum + one) : values[0]!;
      if (first >= 0) yield [set, value];
    }
  }

  #outdoes(value: number, before: number): boolean {
    if (this.#take === 'sum') return false;
    return this.#take === 'max' ? value >= before : value <= before;
  }
}
