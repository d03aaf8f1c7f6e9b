import { setImmediate } from 'node:timers/promises';
import { Page, type PagePart } from '../exposition/page.ts';
import { inSlices } from './in-slices.ts';
import type { Spares } from './spares.ts';

/** Small enough to stay in the processor's cache until it is sent, large enough that sending it does not show. */
const partBytes = 256 * 1024;

export type PageWork = {
  /** Writes the page, in slices. */
  readonly lines: (page: Page) => Iterable<void>;
  /** Once it resolves, the rest of the page is written into memory, however long its readers take. */
  readonly hurry: Promise<void>;
  readonly spares: Spares;
  /** Counts bytes that wait for readers; before it returns, the signals of the slowest may be aborted. */
  hold(bytes: number): void;
  /** Called when the last line is written, or nobody wants the rest. Can be called twice. */
  onWritten(): void;
};

type Part = PagePart & {
  /** How many have yet to take it. */
  readers: number;
};

/**
 * A page that several clients are sent, each at its own pace. The next part is written when the first of them asks for
 * it, and a part is kept until the last has taken it: a page of any size takes the memory of a part, unless one of its
 * readers is slow and either another is not, or somebody waits for the next reading of the maps.
 */
export class SharedPage {
  readonly #work: PageWork;
  readonly #lines: Iterator<void>;
  readonly #page = new Page(0);
  /** Those that somebody has yet to take, in order. */
  readonly #parts: Part[] = [];
  /** Which part of the page is the first of these. */
  #first = 0;
  #readers = 0;
  #hurried = false;
  /** All is written, or nobody wants the rest. */
  #complete = false;
  #writing = false;
  #failure: { readonly thrown: unknown } | undefined;
  /** Of the next part. */
  #written = Promise.withResolvers<void>();

  constructor(work: PageWork) {
    this.#work = work;
    this.#lines = work.lines(this.#page)[Symbol.iterator]();
    void work.hurry.then(() => {
      this.#hurried = true;
      void this.#write();
    });
  }

  /** Whether it can still be read from its start. */
  get joinable(): boolean {
    return this.#first === 0 && !(this.#complete && this.#parts.length === 0);
  }

  /** The whole page, while it is joinable; ends when the signal is aborted. Rejects with what writing it threw. */
  async *read(signal: AbortSignal): AsyncGenerator<PagePart> {
    let at = 0;
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      this.#leave(at);
    };
    this.#readers++;
    for (const part of this.#parts) part.readers++;
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    try {
      for (let last = false; !last && !left; ) {
        const part = await this.#part(at);
        if (left || part === undefined) return;
        yield part;
        if (left) return;
        last = part.last;
        at++;
        part.readers--;
        this.#free();
        await setImmediate(); // sending need not have waited for anything
      }
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
    }
  }

  async #part(at: number): Promise<Part | undefined> {
    for (;;) {
      const part = this.#parts[at - this.#first];
      if (part !== undefined) return part;
      if (this.#failure !== undefined) throw this.#failure.thrown;
      if (this.#complete) return undefined;
      const { promise } = this.#written;
      void this.#write();
      await promise;
    }
  }

  /** The next part; once hurried, all that are left. */
  async #write(): Promise<void> {
    if (this.#writing || this.#complete) return;
    this.#writing = true;
    try {
      do await inSlices(this.#fill());
      while (this.#hurried && !this.#complete); // it may have come when the part was done
    } catch (thrown) {
      this.#failure = { thrown };
      this.#end();
    } finally {
      this.#writing = false;
    }
  }

  *#fill(): Iterable<void> {
    const { spares, hold } = this.#work;
    do {
      this.#page.moveTo(spares.take());
      let last = false;
      while (!last && this.#page.length < partBytes) {
        last = this.#lines.next().done === true;
        yield;
        if (this.#complete) return spares.give(Buffer.from(this.#page.bytes().buffer)); // nobody is left
      }
      const bytes = this.#page.bytes();
      this.#parts.push({ bytes, last, readers: this.#readers });
      if (last) this.#end();
      else this.#wake();
      hold(bytes.length);
    } while (this.#hurried && !this.#complete);
  }

  #leave(at: number): void {
    this.#readers--;
    for (const part of this.#parts.slice(at - this.#first)) part.readers--;
    this.#free();
    if (this.#readers === 0) this.#end();
  }

  #end(): void {
    this.#complete = true;
    this.#work.onWritten();
    this.#wake();
  }

  #wake(): void {
    this.#written.resolve();
    this.#written = Promise.withResolvers();
  }

  #free(): void {
    const { spares, hold } = this.#work;
    while (this.#parts[0]?.readers === 0) {
      const { bytes } = this.#parts.shift()!;
      this.#first++;
      hold(-bytes.length);
      spares.give(Buffer.from(bytes.buffer));
    }
  }
}
