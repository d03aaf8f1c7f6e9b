const kept = 200;

/** What a guest's kernel prints: the last lines, and whether it was its end. */
export class Console {
  #lines: string[] = [''];
  #panic: string | undefined;

  write(text: string): void {
    const [first = '', ...more] = text.split('\n');
    this.#lines[this.#lines.length - 1] += first;
    this.#lines.push(...more);
    const complete = this.#lines.slice(-more.length - 1, -1);
    for (const line of complete) this.#panic ??= /Kernel panic - not syncing: (.*?)\r?$/.exec(line)?.[1];
    this.#lines = this.#lines.slice(-kept);
  }

  /** The last lines, without control characters. */
  tail(count: number): readonly string[] {
    return this.#lines.map(plain).filter(Boolean).slice(-count);
  }

  /** Why the kernel gave up, if it did. */
  get panic(): string | undefined {
    return this.#panic;
  }
}

function plain(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to go
  return line.replace(/\x1b\[[\d;?]*[a-zA-Z]|[\x00-\x08\x0b-\x1f]/g, '');
}
