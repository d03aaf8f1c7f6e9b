/** A part ends with the slice of lines that makes it long enough. */
const memoryBytes = (256 + 64) * 1024;

/** One for each of two pages that are sent at a time. */
const keptIdle = 2;
/** While parts are kept for slow clients, others come and go: memory for them is not left to a collection. */
const keptBusy = 128;

/** Memory of parts that everyone has taken, so that a scrape allocates none. */
export class Spares {
  readonly #spares: Buffer[] = [];
  #used = 0;

  take(): Buffer {
    this.#used++;
    return this.#spares.pop() ?? Buffer.allocUnsafeSlow(memoryBytes);
  }

  /** What was taken, or what it grew to. */
  give(memory: Buffer): void {
    this.#used--;
    if (memory.length <= 2 * memoryBytes && this.#spares.length < keptBusy) this.#spares.push(memory);
    if (this.#used === 0 && this.#spares.length > keptIdle) this.#spares.length = keptIdle;
  }
}
