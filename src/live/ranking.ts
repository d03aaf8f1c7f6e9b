import { textAt } from './text-at.ts';

export type Ranked = {
  /** Its labels as `labelText` writes them. */
  readonly text: string;
  /** See `SeriesVisitor`. */
  readonly number: number;
  readonly value: number;
  /** Of a counter or histogram: how fast it rises, smoothed; NaN when nobody knows. */
  readonly speed: number;
};

export type RankingOptions = {
  /** How many are ranked. */
  readonly top: number;
  /** What the text of the labels, without quotes, has to contain, in any case; empty: all do. */
  readonly search: string;
  /** Texts of those that are ranked whatever they are. */
  readonly pins: ReadonlySet<string>;
  readonly by: 'value' | 'speed';
};

type Entry = { texts: DataView; start: number; end: number; number: number; value: number; speed: number };

/** The series of one reading that are largest, among those that a search leaves. */
export class Ranking {
  readonly #options: RankingOptions;
  readonly #search: string;
  readonly #pinLengths: ReadonlySet<number>;
  /** The least first. */
  #top: Entry[] = [];
  #pinned: Entry[] = [];
  #least = Number.POSITIVE_INFINITY;
  #counting = { total: 0, matched: 0 };
  /** Of the last reading that came to its end: pinned ones first, then the largest. */
  found: readonly Ranked[] = [];
  total = 0;
  matched = 0;

  constructor(options: RankingOptions) {
    this.#options = options;
    this.#search = options.search.toLowerCase();
    this.#pinLengths = new Set([...options.pins].map((pin) => Buffer.byteLength(pin)));
  }

  begin(): void {
    this.#top = [];
    this.#least = this.#options.top > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    this.#pinned = [];
    this.#counting = { total: 0, matched: 0 };
  }

  offer(texts: DataView, start: number, end: number, value: number, speed: number, number: number): void {
    this.#counting.total++;
    if (this.#pinLengths.has(end - start) && this.#options.pins.has(textAt(texts, start, end))) {
      this.#pinned.push({ texts, start, end, number, value, speed });
    }
    if (this.#search !== '' && !matches(textAt(texts, start, end), this.#search)) return;
    this.#counting.matched++;
    const top = this.#top;
    const size = this.#sizeOf(value, speed);
    if (top.length >= this.#options.top && !(size > this.#least)) return;
    if (top.length >= this.#options.top) top.shift(); // the least
    let place = top.length;
    while (place > 0 && this.#sizeOf(top[place - 1]!.value, top[place - 1]!.speed) > size) place--;
    top.splice(place, 0, { texts, start, end, number, value, speed });
    this.#least = this.#sizeOf(top[0]!.value, top[0]!.speed);
  }

  end(): void {
    const pins = new Set(this.#pinned.map(({ number }) => number));
    const rest = this.#top.filter(({ number }) => !pins.has(number)).reverse();
    this.found = [...this.#pinned, ...rest].map(({ texts, start, end, ...entry }) => ({
      text: textAt(texts, start, end),
      ...entry,
    }));
    this.total = this.#counting.total;
    this.matched = this.#counting.matched;
    this.begin();
  }

  #sizeOf(value: number, speed: number): number {
    const size = this.#options.by === 'value' ? value : speed;
    return Number.isNaN(size) ? Number.NEGATIVE_INFINITY : size;
  }
}

/** As people write it: `comm=bash`, `bash`, `"bash"`. */
export function matches(text: string, search: string): boolean {
  const lower = text.toLowerCase();
  return lower.includes(search) || lower.replaceAll('"', '').includes(search);
}
