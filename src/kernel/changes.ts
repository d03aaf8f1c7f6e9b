/** The bit of an answer that says "unknown" for now: the name may come. */
export const unknownName: number = 1 << 31;

/**
 * The bit of an answer that holds a name which may become another. Names share 31 bits: who keeps an answer may be told
 * of a change that is not its own, which costs a look and does no harm.
 */
export function nameBit(name: number): number {
  return 1 << (name % 31);
}

/**
 * Which answers given so far are no longer right, for anybody who keeps some, however many they are and whenever they
 * come to ask. An answer is final (no bits), or rests on what its bits say.
 */
export class Changes {
  #generation = 0;
  /** The generation in which the answers of each bit changed last. */
  readonly #changedIn = new Float64Array(32);

  /** Rises with every change. */
  get generation(): number {
    return this.#generation;
  }

  /** Says that answers which rest on any of these bits may be others now. */
  note(bits: number): void {
    if (bits === 0) return;
    this.#generation++;
    for (let bit = 0; bit < 32; bit++) if ((bits >>> bit) & 1) this.#changedIn[bit] = this.#generation;
  }

  /** The bits of the answers that changed after a generation. */
  since(generation: number): number {
    let bits = 0;
    for (let bit = 0; bit < 32; bit++) if (this.#changedIn[bit]! > generation) bits |= 1 << bit;
    return bits;
  }
}
