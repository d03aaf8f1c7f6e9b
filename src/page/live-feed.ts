import type { Live } from '../live/live.ts';
import { mergeLive } from './merge-live.ts';

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** There is no stream: the page asks now and then instead. */
  | { readonly state: 'polling'; readonly everySeconds: number }
  /** Nobody looks. */
  | { readonly state: 'paused' }
  /** The exporter does not answer; `retryAt` in milliseconds of Date.now(). */
  | { readonly state: 'away'; readonly reason: string; readonly retryAt: number };

export type FeedListener = (live: Live | undefined, connection: Connection) => void;

const endpoint = 'api/v1/live';
const longestWaitMs = 10_000;
/** Where there are too many streams, and where there can be none. */
const pollSeconds = { crowded: 5, always: 2 };
/** Several times what is between two events. */
const silenceMs = 30_000;

/**
 * Data of the page while somebody looks at it: by server-sent events, or where the exporter has no stream left by asking
 * every five seconds. An exporter that went away is tried again, at most ten seconds later.
 */
export class LiveFeed {
  readonly #listener: FeedListener;
  readonly #canStream: boolean;
  #query = '';
  #seconds = 900;
  #live: Live | undefined;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | undefined;
  #failures = 0;
  #paused = false;

  /**
   * @param canStream false where one connection carries all requests (HTTP/2): the exporter answers those of a connection
   * one at a time, and a stream would keep all others waiting.
   */
  constructor(listener: FeedListener, canStream: boolean) {
    this.#listener = listener;
    this.#canStream = canStream;
  }

  /** Starts, or goes on with another query. What is known stays until the new data are there. */
  open(query: string, seconds: number): void {
    if (query === this.#query && (this.#source ?? this.#timer ?? this.#request) !== undefined) return;
    this.#query = query;
    this.#seconds = seconds;
    if (!this.#paused) this.#connect();
  }

  pause(): void {
    this.#paused = true;
    this.#end();
    this.#say({ state: 'paused' });
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#connect();
  }

  /** At once, instead of when it is time. */
  retry(): void {
    if (!this.#paused) this.#connect();
  }

  #connect(): void {
    this.#end();
    if (this.#live === undefined && this.#failures === 0) this.#say({ state: 'connecting' });
    if (!this.#canStream) return void this.#ask();
    this.#expectEvent();
    const source = new EventSource(`${endpoint}?${this.#query}`);
    this.#source = source;
    // The first event has the whole history: nothing is to be joined with it.
    let streamed: Live | undefined;
    source.addEventListener('live', ({ data }: MessageEvent<string>) => {
      if (source !== this.#source) return;
      this.#expectEvent();
      this.#failures = 0;
      streamed = mergeLive(streamed, JSON.parse(data) as Live, this.#seconds);
      this.#live = streamed;
      this.#say({ state: 'live' });
    });
    source.addEventListener('error', () => {
      if (source !== this.#source) return;
      this.#end();
      void this.#ask();
    });
  }

  /** Once by an ordinary request, which says why there is no stream. */
  async #ask(): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    try {
      const response = await fetch(`${endpoint}?${this.#query}`, {
        headers: { Accept: 'application/json' },
        signal: AbortSignal.any([request.signal, AbortSignal.timeout(15_000)]),
      });
      if (!response.ok) throw new Error(`it answers ${response.status} ${response.statusText}`.trim());
      const live = (await response.json()) as Live;
      if (request !== this.#request) return;
      this.#failures = 0;
      this.#live = live;
      const everySeconds = this.#canStream ? pollSeconds.crowded : pollSeconds.always;
      this.#connectIn(everySeconds * 1000);
      this.#say({ state: 'polling', everySeconds });
    } catch (thrown) {
      if (request !== this.#request) return;
      this.#failures++;
      const waitMs = Math.min(longestWaitMs, 500 * 2 ** this.#failures);
      const reason = thrown instanceof TypeError ? 'it does not answer' : (thrown as Error).message;
      this.#connectIn(waitMs);
      this.#say({ state: 'away', reason, retryAt: Date.now() + waitMs });
    } finally {
      if (request === this.#request) this.#request = undefined;
    }
  }

  /** A host that is gone does not say so. */
  #expectEvent(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#end();
      void this.#ask();
    }, silenceMs);
  }

  #connectIn(ms: number): void {
    this.#timer = setTimeout(() => this.#connect(), ms);
  }

  #end(): void {
    this.#source?.close();
    this.#source = undefined;
    this.#request?.abort();
    this.#request = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #say(connection: Connection): void {
    this.#listener(this.#live, connection);
  }
}
