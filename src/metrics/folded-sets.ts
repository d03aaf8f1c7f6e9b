import { combined, type GaugePart } from './gauge-value.ts';
import { labelText } from './label-text.ts';

/** What one value of a label set is, for those that become one series. */
export type FoldedValue = { readonly part: GaugePart; readonly falls: boolean };

/**
 * Label sets beyond a limit, which are one series. First come: a set that was admitted stays, and one that was not does
 * not get in later, or the series of the others would fall. What may not fall goes up by what each set goes up: sets that
 * leave, and return from zero, leave their part in it.
 */
export class FoldedSets {
  readonly #limit: number;
  readonly #values: readonly FoldedValue[];
  /** By set: 1 is a series of its own. */
  #admitted = new Uint8Array(16);
  /** By set, where it is not admitted: its values of the last reading. */
  #last = new Map<number, Float64Array>();
  /** Of what came without a label set. */
  #lastRest: Float64Array | undefined;
  #sets = 0;
  #own = 0;
  #current = 0;
  /** The values of the series of all others; -0 where there is none. */
  readonly values: Float64Array;
  readonly text: DataView;
  readonly textLength: number;

  /** `values`: what each value of a label set is. */
  constructor(limit: number, labels: readonly string[], values: readonly FoldedValue[]) {
    this.#limit = limit;
    this.#values = values;
    this.values = new Float64Array(values.length).fill(-0);
    const text = Buffer.from(labelText(Object.fromEntries(labels.map((name) => [name, 'other']))));
    this.textLength = text.length;
    // 7 bytes behind a text may be read.
    this.text = new DataView(new Uint8Array([...text, ...new Uint8Array(8)]).buffer);
  }

  /** How many sets of the last reading are not series of their own. */
  get count(): number {
    return this.#current;
  }

  isFolded(set: number): boolean {
    return set < this.#sets && this.#admitted[set] === 0;
  }

  /** There are so many sets now. */
  admit(sets: number): void {
    if (sets > this.#admitted.length) {
      const grown = new Uint8Array(Math.ceil(sets * 1.5));
      grown.set(this.#admitted);
      this.#admitted = grown;
    }
    for (; this.#sets < sets; this.#sets++) {
      const own = this.#own < this.#limit;
      this.#admitted[this.#sets] = own ? 1 : 0;
      if (own) this.#own++;
    }
  }

  /** Sets have new numbers, or are gone (-1). */
  renumber(numbers: Int32Array): void {
    const admitted = this.#admitted;
    const last = this.#last;
    this.#admitted = new Uint8Array(admitted.length);
    this.#last = new Map();
    this.#own = 0;
    this.#sets = 0;
    for (const [set, number] of numbers.entries()) {
      if (number < 0) continue;
      this.#sets++;
      if (admitted[set] === 1) this.#own++;
      this.#admitted[number] = admitted[set]!;
      const values = last.get(set);
      if (values !== undefined) this.#last.set(number, values);
    }
  }

  /**
   * Takes in what a reading found: `values`, so many for each set, -0 where there was nothing; `rest` for what came
   * without a label set.
   */
  fold(values: Float64Array, rest?: Float64Array): void {
    const stride = this.#values.length;
    const first = new Uint8Array(stride).fill(1);
    this.#current = 0;
    for (const [i, { falls }] of this.#values.entries()) if (falls) this.values[i] = -0;
    for (let set = 0; set < this.#sets; set++) {
      if (this.#admitted[set] === 1) continue;
      const found = values.subarray(set * stride, (set + 1) * stride);
      if (found.every((value) => Object.is(value, -0))) {
        this.#last.delete(set);
        continue;
      }
      this.#current++;
      this.#add(found, this.#last.get(set), first);
      this.#last.set(set, found.slice());
    }
    if (rest !== undefined) this.#add(rest, this.#lastRest, first);
    this.#lastRest = rest?.slice();
  }

  /** `first`: 1 for each value that nothing was taken in for. */
  #add(found: Float64Array, last: Float64Array | undefined, first: Uint8Array): void {
    for (const [i, { part, falls }] of this.#values.entries()) {
      const value = found[i]!;
      if (falls) {
        this.values[i] = first[i] === 1 ? value : combined(part, this.values[i]!, value);
        first[i] = 0;
      } else {
        const before = last?.[i] ?? 0;
        this.values[i]! += value >= before ? value - before : value;
      }
    }
  }
}
