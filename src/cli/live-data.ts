import type { PagePart } from '../exposition/page.ts';
import type { Flags } from '../flags.ts';
import type { Handler } from '../http/answer.ts';
import type { ScrapeInfo } from '../live/live.ts';
import type { LiveApi } from '../live/live-api.ts';
import type { LiveSource } from '../live/live-source.ts';
import { Recorder } from '../live/recorder.ts';
import type { ReadingObserver } from '../serve/reading-observer.ts';

/** An hour, a point every ten seconds. */
const limits = { seconds: 3600, points: 360 };

/** What is kept for the live page while nobody looks, and its data when somebody does: loaded by the first who asks. */
export class LiveData {
  /** What the exporter is to show its readings to. */
  readonly observers: Set<ReadingObserver> = new Set();
  readonly #recorder: Recorder | undefined;
  #api: Promise<LiveApi> | undefined;
  #lastScrape: ScrapeInfo | undefined;

  constructor({ ui }: Pick<Flags, 'ui'>) {
    if (!ui.enabled || ui.historyBytes === 0) return;
    this.#recorder = new Recorder(limits, ui.historyBytes);
    this.observers.add(this.#recorder.observe);
  }

  /** A page of metrics; when it is sent to its end, it was the last scrape. */
  async *scrape(
    { client, configs }: { readonly client: string; readonly configs: Iterable<string> },
    page: AsyncIterable<PagePart>,
  ): AsyncGenerator<PagePart> {
    const start = performance.now();
    let whole = false;
    try {
      for await (const part of page) {
        whole = part.last;
        yield part;
      }
    } finally {
      // Nobody asks for what is behind the last part.
      if (whole) this.#noteScrape(client, configs, start);
    }
  }

  #noteScrape(client: string, configs: Iterable<string>, startMs: number): void {
    const series = this.#recorder?.samples(configs);
    this.#lastScrape = {
      time: Date.now() / 1000,
      seconds: (performance.now() - startMs) / 1000,
      client,
      ...(series === undefined ? {} : { series }),
    };
  }

  /** Answers `/api/v1/live`. */
  handler(source: Omit<LiveSource, 'observers' | 'recorder' | 'lastScrape'>): Handler {
    return async (request) => {
      this.#api ??= import('../live/live-api.ts').then(
        ({ LiveApi }) =>
          new LiveApi({
            ...source,
            observers: this.observers,
            recorder: this.#recorder,
            lastScrape: () => this.#lastScrape,
          }),
      );
      return (await this.#api).answer(request);
    };
  }

  /** Can be called twice. */
  async close(): Promise<void> {
    (await this.#api)?.close();
    this.#recorder?.close();
  }
}
