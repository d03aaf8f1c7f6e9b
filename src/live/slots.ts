/** A series whose points are kept. */
export type Slot = {
  /** Its labels as `labelText` writes them. */
  text: string;
  /** As its family numbers it; -1 while it is gone. */
  number: number;
  /** By place in the ring, `width` each; NaN where it was not there or nobody knows. */
  readonly values: Float32Array;
  /** How fast it changed lately; the least goes first. Infinite while somebody looks at it. */
  score: number;
};

/** About what a slot takes besides its points. */
const headBytes = 256;
/** One that takes another's place has to change by so much more. */
const margin = 1.5;
/** What is left of the score of one that is gone, at each reading. */
const fading = 0.7;
const mostSlots = 1024;

/** The series of a metric whose points are kept, as many as there is room for. */
export class Slots {
  readonly #points: number;
  readonly #width: number;
  #most = 0;
  readonly #slots: Slot[] = [];
  readonly #byText = new Map<string, number>();

  constructor(points: number, width: number) {
    this.#points = points;
    this.#width = width;
  }

  get all(): readonly Slot[] {
    return this.#slots;
  }

  get full(): boolean {
    return this.#slots.length >= this.#most;
  }

  /** How fast one must change to take another's place. */
  get bar(): number {
    if (!this.full) return -1;
    let least = Number.POSITIVE_INFINITY;
    for (const { score } of this.#slots) if (score < least) least = score;
    return least * margin;
  }

  at(slot: number): Slot {
    return this.#slots[slot]!;
  }

  byText(text: string): number {
    return this.#byText.get(text) ?? -1;
  }

  /** That which a series had before it was gone; -1 for none. */
  giveBack(text: string, number: number): number {
    const slot = this.byText(text);
    return slot < 0 ? slot : this.#give(slot, text, number, this.at(slot).score);
  }

  /** A slot for a series that has none: a new one, or that which changes least; -1 when it does not change enough. */
  take(text: string, number: number, score: number): number {
    const slot = this.byText(text);
    if (slot >= 0) return this.#give(slot, text, number, score);
    if (this.full) return score > this.bar ? this.#replace(text, number, score) : -1;
    const values = new Float32Array(this.#points * this.#width).fill(Number.NaN);
    return this.#give(this.#slots.push({ text, number, values, score }) - 1, text, number, score);
  }

  /** What a series changes by, unless somebody looks at it. */
  setScore(slot: number, score: number): void {
    const found = this.at(slot);
    if (found.score !== Number.POSITIVE_INFINITY && !Number.isNaN(score)) found.score = score;
  }

  /** By the new number of each; those without one are gone. */
  renumber(numbers: Int32Array): void {
    for (const slot of this.#slots) slot.number = numbers[slot.number] ?? -1;
  }

  /** A new point begins, at a place of the ring. */
  clear(place: number): void {
    for (const slot of this.#slots) {
      slot.values.fill(Number.NaN, place * this.#width, (place + 1) * this.#width);
      slot.score = (Number.isFinite(slot.score) ? slot.score : 0) * fading;
    }
  }

  /** Whoever kept the numbers of slots has to ask for them anew. */
  setBytes(bytes: number): void {
    this.#most = this.#affordable(bytes);
    if (this.#slots.length <= this.#most) return;
    this.#slots.sort((a, b) => b.score - a.score).length = this.#most;
    this.#byText.clear();
    for (const [slot, { text }] of this.#slots.entries()) this.#byText.set(text, slot);
  }

  #replace(text: string, number: number, score: number): number {
    let least = 0;
    for (let slot = 1; slot < this.#slots.length; slot++) {
      if (this.at(slot).score < this.at(least).score) least = slot;
    }
    const victim = this.#slots[least];
    if (victim === undefined) return -1;
    this.#byText.delete(victim.text);
    victim.values.fill(Number.NaN);
    return this.#give(least, text, number, score);
  }

  #give(slot: number, text: string, number: number, score: number): number {
    Object.assign(this.at(slot), { text, number, score });
    this.#byText.set(text, slot);
    return slot;
  }

  #affordable(bytes: number): number {
    const each = this.#points * this.#width * 4 + headBytes;
    return Math.max(0, Math.min(mostSlots, Math.floor(bytes / each)));
  }
}
