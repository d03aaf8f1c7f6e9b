import type { PagePart } from '../exposition/page.ts';
import { type Answer, line, type Request, whole } from '../http/answer.ts';
import { weightsOf } from '../http/weights.ts';
import { Feed } from './feed.ts';
import { readQuery } from './live-query.ts';
import type { LiveSource } from './live-source.ts';
import { Viewer } from './viewer.ts';

const mostStreams = 8;
const noStore = { 'Cache-Control': 'no-store' };

/** `GET /api/v1/live`; `Live` is what it answers. */
export class LiveApi {
  readonly #source: LiveSource;
  #feed: Feed | undefined;
  #streams = 0;

  constructor(source: LiveSource) {
    this.#source = source;
  }

  async answer(request: Request): Promise<Answer> {
    const weights = weightsOf(request.headers.accept);
    if ((weights.get('text/event-stream') ?? 0) > 0) return this.#stream(request);
    const headers = { 'Content-Type': 'application/json; charset=utf-8', ...noStore };
    return { headers, body: whole(await this.#json(request)) };
  }

  /** Can be called twice. */
  close(): void {
    this.#feed?.close();
    this.#feed = undefined;
  }

  async #json({ query, signal }: Request): Promise<string> {
    const { feed, viewer, stop } = this.#watch(query);
    try {
      await feed.after(feed.time, signal);
      return `${JSON.stringify(viewer.look(false))}\n`;
    } finally {
      stop();
    }
  }

  #stream(request: Request): Answer {
    if (this.#streams >= mostStreams) {
      return line(503, `There are ${mostStreams} streams already; close one, or ask for JSON`, {
        'Retry-After': '10',
      });
    }
    this.#streams++;
    const headers = { 'Content-Type': 'text/event-stream; charset=utf-8', ...noStore };
    return { headers, body: this.#events(request), stream: true };
  }

  async *#events({ query, signal, hold }: Request): AsyncGenerator<PagePart> {
    const { feed, viewer, stop } = this.#watch(query);
    let held = 0;
    const keep = (bytes: number): void => {
      const more = bytes - held;
      held = bytes;
      hold(more);
    };
    const letGo = (): void => keep(0);
    signal.addEventListener('abort', letGo, { once: true });
    try {
      for (let known = false; ; known = true) {
        await feed.after(feed.time, signal);
        if (signal.aborted) return;
        const bytes = Buffer.from(`event: live\ndata: ${JSON.stringify(viewer.look(known))}\n\n`);
        keep(bytes.length);
        yield { bytes, last: false };
        letGo();
      }
    } finally {
      letGo();
      this.#streams--;
      stop();
    }
  }

  #watch(query: URLSearchParams): { feed: Feed; viewer: Viewer; stop: () => void } {
    const feed = this.#open();
    const viewer = new Viewer(this.#source, feed, readQuery(query));
    const leave = feed.watch();
    return {
      feed,
      viewer,
      stop: () => {
        viewer.close();
        leave();
      },
    };
  }

  #open(): Feed {
    this.#feed ??= new Feed(this.#source, () => {
      this.#feed = undefined;
    });
    return this.#feed;
  }
}
