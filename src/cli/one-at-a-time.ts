/**
 * Does `work` for whoever asks, one at a time. Who asks while it is under way may have changed what it looked at: it is
 * done once more afterwards, for all who asked meanwhile.
 */
export class OneAtATime<T> {
  readonly #work: () => Promise<T>;
  #current: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  ask(): Promise<T> {
    if (this.#current === undefined) return this.#begin();
    this.#next ??= this.idle().then(() => this.#begin());
    return this.#next;
  }

  /** Resolves when what is under way is done, whatever becomes of it. */
  async idle(): Promise<void> {
    await this.#current?.catch(() => undefined); // whoever asked is told
  }

  #begin(): Promise<T> {
    this.#next = undefined;
    const current = this.#work().finally(() => {
      if (this.#current === current) this.#current = undefined;
    });
    this.#current = current;
    return current;
  }
}
