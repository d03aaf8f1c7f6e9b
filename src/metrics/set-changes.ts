/** When the values of each label set changed last. */
export class SetChanges {
  /** By set, as many as there were in the last reading. */
  #changedAtMs = new Float64Array(0);
  #values = new Float64Array(0);
  #sets = 0;

  /** Sets have new numbers, or are gone (-1). `stride`: values of each. */
  renumber(numbers: Int32Array, stride: number): void {
    const changedAtMs = new Float64Array(this.#changedAtMs.length);
    const values = new Float64Array(this.#values.length);
    let sets = 0;
    for (let set = 0; set < Math.min(numbers.length, this.#sets); set++) {
      const number = numbers[set]!;
      if (number < 0) continue;
      changedAtMs[number] = this.#changedAtMs[set]!;
      values.set(this.#values.subarray(set * stride, (set + 1) * stride), number * stride);
      sets++;
    }
    this.#changedAtMs = changedAtMs;
    this.#values = values;
    this.#sets = sets;
  }

  /** Takes in what a reading found. */
  note(values: Float64Array, sets: number, stride: number, nowMs: number): void {
    if (sets > this.#changedAtMs.length) {
      const room = Math.ceil(sets * 1.5);
      const [times, before] = [this.#changedAtMs, this.#values];
      this.#changedAtMs = new Float64Array(room);
      this.#changedAtMs.set(times);
      this.#values = new Float64Array(room * stride);
      this.#values.set(before);
    }
    for (let set = 0; set < sets; set++) {
      let changed = set >= this.#sets;
      for (let at = set * stride; at < (set + 1) * stride && !changed; at++) {
        changed = !Object.is(this.#values[at], values[at]);
      }
      if (changed) this.#changedAtMs[set] = nowMs;
    }
    this.#values.set(values.subarray(0, sets * stride));
    this.#sets = sets;
  }

  changedAfter(set: number, timeMs: number): boolean {
    return this.#changedAtMs[set]! > timeMs;
  }
}
