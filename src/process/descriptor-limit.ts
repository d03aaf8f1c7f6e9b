import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

/** What is left for other work, such as files that a scrape opens, when connections have taken all other descriptors. */
const spare = 16;

/** Whether file descriptors run out. The limit can change while the process runs (`prlimit`). */
export class DescriptorLimit {
  readonly #buffer = Buffer.alloc(4096);
  readonly #descriptors: string;
  #fd: number | undefined;
  /** So near to the end that what is used has to be counted: a low number may be one that was just given back. */
  #near = false;

  private constructor(fd: number, descriptors: string) {
    this.#fd = fd;
    this.#descriptors = descriptors;
  }

  /** Keeps the file open that tells the limit: once descriptors ran out, it could not be opened. */
  static open(limits = '/proc/self/limits', descriptors = '/proc/self/fd'): DescriptorLimit {
    return new DescriptorLimit(openSync(limits, 'r'), descriptors);
  }

  /** The limit, if a descriptor that was just opened, and so the lowest that was free, is one of the last below it. */
  reachedBy(descriptor: number): number | undefined {
    const limit = this.#limit();
    if (!this.#near && descriptor < limit - spare) return undefined;
    const used = this.#used(limit);
    this.#near = used >= limit - 2 * spare;
    return used > limit - spare ? limit : undefined;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #limit(): number {
    if (this.#fd === undefined) return Number.POSITIVE_INFINITY;
    const text = this.#buffer.toString(
      'latin1',
      0,
      readSync(this.#fd, this.#buffer, 0, this.#buffer.length, 0),
    );
    return Number(/^Max open files\s+(\d+)/m.exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
  }

  #used(limit: number): number {
    try {
      return readdirSync(this.#descriptors).filter((name) => Number(name) < limit).length;
    } catch {
      return limit; // this very look needs a descriptor
    }
  }
}
