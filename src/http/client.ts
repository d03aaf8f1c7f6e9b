import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A connection without a whole request for so long is closed: more than the usual scrape interval. */
const idleMs = 120_000;

/** What a request takes, about, that waits for the answer of the one before. */
const waitingBytes = 2048;

/**
 * What a client makes us do: wait for its first request or for another, answer it, or wait for it to take some of the
 * answer.
 */
export type State = 'new' | 'idle' | 'working' | 'taking' | 'gone';

/** One request of a client, to be answered. */
export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** See `Request`. */
  readonly signal: AbortSignal;
  /** See `Request`. */
  hold(bytes: number): void;
  /** To be called before waiting until the client takes a part of the answer, */
  taking(): void;
  /** and when it did. */
  taken(): void;
  /** The answer has no end: its deadline is one for each part. */
  streaming(): void;
};

/** Resolves when the answer is handed to the kernel or the client is gone; does not reject. */
export type Respond = (exchange: Exchange) => Promise<void>;

/** What a client needs of those who have it. */
export type ClientOwner = {
  readonly respond: Respond;
  readonly closing: boolean;
  readonly writeTimeoutMs: number;
  hold(bytes: number): void;
  changed(client: Client, state: State): void;
  /** Drops a client that took too long for an answer. */
  tooSlow(client: Client): void;
};

/** A connection, whose requests are answered one at a time: the next is not looked at before the last has its answer. */
export class Client {
  readonly #connection: Socket;
  /** What its requests come through: the connection, or TLS on it. */
  #socket: Socket;
  readonly #owner: ClientOwner;
  readonly #waiting: (readonly [IncomingMessage, ServerResponse])[] = [];
  /** Aborts what is being answered. */
  #current: AbortController | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #writeTimer: NodeJS.Timeout | undefined;
  #streaming = false;
  #gone = false;

  constructor(socket: Socket, owner: ClientOwner) {
    this.#connection = socket;
    this.#socket = socket;
    this.#owner = owner;
  }

  /** To be called once. */
  start(): void {
    this.#socket.once('close', () => this.#leave());
    this.#idle('new');
  }

  /** From now on its requests come through TLS on the connection. */
  secured(socket: Socket): void {
    this.#socket = socket;
    socket.once('close', () => this.drop());
  }

  /** It is being sent an answer that has no end. */
  get streaming(): boolean {
    return this.#streaming;
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    this.#waiting.push([request, response]);
    if (this.#current === undefined) void this.#work();
    else {
      this.#pause();
      this.#owner.hold(waitingBytes);
    }
  }

  /** Ends the connection at once. */
  drop(): void {
    this.#socket.destroy();
    this.#connection.destroy();
    this.#leave(); // what is kept for it is let go now, not when the socket says that it is closed
  }

  async #work(): Promise<void> {
    clearTimeout(this.#idleTimer);
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const [request, response] = next;
      this.#current = new AbortController();
      this.#owner.changed(this, 'working');
      await this.#owner.respond(this.#exchange(request, response, this.#current.signal));
      this.#clearDeadline();
      this.#streaming = false;
      if (this.#gone) return;
      if (this.#owner.closing) return this.drop();
      if (this.#waiting.length > 0) {
        this.#owner.hold(-waitingBytes);
        this.#pause(); // Node.js reads on after each answer
      }
    }
    this.#current = undefined;
    this.#socket.resume();
    this.#idle('idle');
  }

  #exchange(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Exchange {
    return {
      request,
      response,
      signal,
      hold: (bytes) => this.#owner.hold(bytes),
      taking: () => {
        if (this.#gone) return;
        this.#writeTimer ??= setTimeout(() => this.#owner.tooSlow(this), this.#owner.writeTimeoutMs).unref();
        this.#owner.changed(this, 'taking');
      },
      taken: () => {
        if (this.#gone) return;
        if (this.#streaming) this.#clearDeadline();
        this.#owner.changed(this, 'working');
      },
      streaming: () => {
        this.#streaming = true;
      },
    };
  }

  #clearDeadline(): void {
    clearTimeout(this.#writeTimer);
    this.#writeTimer = undefined;
  }

  /**
   * Takes in no more requests than have come with what was read last. At once, so that this is not read on, and once
   * more when Node.js, which reads on after each request, has done so.
   */
  #pause(): void {
    this.#socket.pause();
    setImmediate(() => {
      if (this.#waiting.length > 0) this.#socket.pause();
    });
  }

  #idle(state: 'new' | 'idle'): void {
    this.#idleTimer = setTimeout(() => this.drop(), idleMs).unref();
    this.#owner.changed(this, state);
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#idleTimer);
    this.#clearDeadline();
    this.#current?.abort();
    this.#owner.hold(-waitingBytes * this.#waiting.splice(0).length);
    this.#owner.changed(this, 'gone');
  }
}
