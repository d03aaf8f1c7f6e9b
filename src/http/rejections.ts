/** Why a client was given up or turned away. */
const reasons = ['connections', 'descriptors', 'unsent_bytes', 'write_timeout'] as const;

export type Reason = (typeof reasons)[number];

/** How many clients were given up or turned away, by reason. */
export class Rejections {
  readonly #counts = new Map<Reason, number>(reasons.map((reason) => [reason, 0]));

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  count(reason: Reason): void {
    this.#counts.set(reason, this.#counts.get(reason)! + 1);
  }
}
