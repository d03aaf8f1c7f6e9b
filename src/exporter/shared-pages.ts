import type { Format } from '../metrics/format.ts';
import { Page } from '../metrics/page.ts';

/** A page that is not written again until everyone who has it released it, once. */
export type PageLease = { readonly bytes: Buffer; release(): void };

/** `bytes` is the same object for everyone who shares the page. */
type Scrape = { readonly made: Promise<{ page: Page; bytes: Buffer }>; readers: number };

/** One to send and one to write are enough, save while clients are slow. */
const idlePages = 2;

/**
 * Pages for scrapes that may overlap: those of one format share one page, those of another wait for their turn, since
 * one reading of the maps writes over the one before. Pages are used again: a fresh one of megabytes for each scrape
 * would set off a garbage collection every other time.
 */
export class SharedPages {
  readonly #write: (page: Page, format: Format) => Promise<void>;
  readonly #scrapes = new Map<Format, Scrape>();
  readonly #idle: Page[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  /** `write` fills an empty page; it is never called again before it is done. */
  constructor(write: (page: Page, format: Format) => Promise<void>) {
    this.#write = write;
  }

  async lease(format: Format): Promise<PageLease> {
    const scrape = this.#scrapes.get(format) ?? this.#begin(format);
    scrape.readers++;
    const { page, bytes } = await scrape.made;
    return {
      bytes,
      release: () => {
        if (--scrape.readers === 0 && this.#idle.length < idlePages) this.#idle.push(page);
      },
    };
  }

  #begin(format: Format): Scrape {
    const made = this.#turn.then(() => this.#make(format)).finally(() => this.#scrapes.delete(format));
    this.#turn = made.catch(() => undefined); // whoever waits for the page is told
    const scrape = { made, readers: 0 };
    this.#scrapes.set(format, scrape);
    return scrape;
  }

  async #make(format: Format): Promise<{ page: Page; bytes: Buffer }> {
    const page = this.#idle.pop() ?? new Page();
    page.clear();
    await this.#write(page, format);
    return { page, bytes: page.bytes() };
  }
}
