import { closeSync, openSync, readSync } from 'node:fs';

/** The process's limit of open files, which can change while it runs (`prlimit`). */
export class DescriptorLimit {
  readonly #buffer = Buffer.alloc(4096);
  #fd: number | undefined;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Keeps the file open that tells the limit: once descriptors ran out, none could be opened. */
  static open(file = '/proc/self/limits'): DescriptorLimit {
    return new DescriptorLimit(openSync(file, 'r'));
  }

  /** Descriptors are numbers below this. Infinity when there is no limit. */
  get(): number {
    if (this.#fd === undefined) return Number.POSITIVE_INFINITY;
    const text = this.#buffer.toString(
      'latin1',
      0,
      readSync(this.#fd, this.#buffer, 0, this.#buffer.length, 0),
    );
    return Number(/^Max open files\s+(\d+)/m.exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
