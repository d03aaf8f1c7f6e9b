import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import { keysOf } from './keys.ts';
import type { Key } from './view.ts';

/** Another screen, without cursor and line wrap; and everything back. */
const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const leave = '\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l';

/** A terminal that shows frames, from `open` to `close`. What was on it before is back afterwards, however we end. */
export class Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #onKey: (data: string) => void;
  readonly #onResize: () => void;
  readonly #onExit = (): void => this.close();
  #closed = false;

  private constructor(input: ReadStream, output: WriteStream, on: TerminalEvents) {
    this.#input = input;
    this.#output = output;
    this.#onKey = (data) => {
      for (const key of keysOf(data)) on.key(key);
    };
    this.#onResize = on.resize;
    input.setRawMode(true);
    input.setEncoding('utf8').on('data', this.#onKey).on('end', on.gone).on('error', on.gone).resume();
    output.on('resize', this.#onResize).on('error', on.gone);
    process.on('exit', this.#onExit); // also after an error that nobody expected
    output.write(enter);
  }

  static open(input: ReadStream, output: WriteStream, on: TerminalEvents): Terminal {
    return new Terminal(input, output, on);
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#output.columns || 80, rows: this.#output.rows || 24 };
  }

  /** Shows these lines, and nothing else. */
  show(lines: readonly string[]): void {
    if (this.#closed) return;
    this.#output.write(`\x1b[H${lines.map((line) => `${line}\x1b[0m\x1b[K`).join('\r\n')}\x1b[J`);
  }

  /** Can be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    process.off('exit', this.#onExit);
    this.#output.off('resize', this.#onResize);
    this.#input.off('data', this.#onKey).pause();
    try {
      this.#input.setRawMode(false);
      writeSync(1, leave); // at the exit of the process nothing later is written
    } catch {
      // The terminal is gone, and with it what there was to restore.
    }
  }
}

export type TerminalEvents = {
  key(key: Key): void;
  resize(): void;
  /** The terminal was closed. */
  gone(): void;
};
