/** Puts a label before each line of a stream, and lets only whole lines out, so that two streams can share a terminal. */
export class LinePrefix {
  readonly #label: string;
  readonly #write: (text: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(label: string, write: (text: string) => void) {
    this.#label = label;
    this.#write = write;
  }

  take(bytes: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#rest = lines.pop()!;
    this.#write(lines.map((line) => `${this.#label}${line}\n`).join(''));
  }

  /** Lets out a last line without an end. */
  end(): void {
    if (this.#rest !== '') this.#write(`${this.#label}${this.#rest}\n`);
    this.#rest = '';
  }
}
