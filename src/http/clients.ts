import type { Socket } from 'node:net';
import { Client, type ClientOwner, type Respond, type State } from './client.ts';
import type { Reason, Rejections } from './rejections.ts';

export type ClientLimits = {
  /** Open connections. */
  readonly maxConnections: number;
  /** Bytes kept for all clients together. */
  readonly maxUnsentBytes: number;
  /** From the first byte of an answer to its last. */
  readonly writeTimeoutMs: number;
};

export type ClientsOptions = {
  readonly limits: ClientLimits;
  readonly respond: Respond;
  readonly rejections: Rejections;
  /** Whether a new connection takes one of the last file descriptors. */
  readonly descriptorsScarce: (socket: Socket) => boolean;
};

const busy =
  'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * The open connections. Where there are too many, or too many bytes are kept for them, those go that the exporter has
 * waited for longest: a client that does something keeps its place, however many others do nothing.
 */
export class Clients implements ClientOwner {
  readonly respond: Respond;
  readonly writeTimeoutMs: number;
  readonly #options: ClientsOptions;
  readonly #all = new Set<Client>();
  /** Whose first request we wait for, longest first. They go before those that have asked for something. */
  readonly #new = new Set<Client>();
  /** Whose next request we wait for, longest first. */
  readonly #idle = new Set<Client>();
  /** Who are being sent something, in the order in which they last took some of it. */
  readonly #taking = new Set<Client>();
  readonly #allGone = Promise.withResolvers<void>();
  #unsentBytes = 0;
  #closing = false;

  constructor(options: ClientsOptions) {
    this.#options = options;
    this.respond = options.respond;
    this.writeTimeoutMs = options.limits.writeTimeoutMs;
  }

  /** Undefined when the connection is turned away. */
  admit(socket: Socket): Client | undefined {
    const full = this.#fullOf(socket);
    if (this.#closing || (full !== undefined && !this.#makeRoom(full))) {
      socket.end(busy, () => socket.destroy());
      return undefined;
    }
    const client = new Client(socket, this);
    this.#all.add(client);
    client.start();
    return client;
  }

  get closing(): boolean {
    return this.#closing;
  }

  /** See `Request`. */
  hold(bytes: number): void {
    this.#unsentBytes += bytes;
    if (bytes > 0) this.#dropSlowest();
  }

  changed(client: Client, state: State): void {
    for (const set of [this.#new, this.#idle, this.#taking]) set.delete(client);
    if (state === 'new') this.#new.add(client);
    else if (state === 'idle') this.#idle.add(client);
    else if (state === 'taking') {
      this.#taking.add(client);
      this.#dropSlowest(); // nobody may have kept us waiting when there was too much
    } else if (state === 'gone') {
      this.#all.delete(client);
      if (this.#all.size === 0 && this.#closing) this.#allGone.resolve();
    }
  }

  tooSlow(client: Client): void {
    this.#giveUp(client, 'write_timeout');
  }

  /** Ends connections at once that wait for the end of no answer, the others when they have it or after a while. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing = true;
    const streaming = [...this.#all].filter((client) => client.streaming);
    for (const client of [...this.#new, ...this.#idle, ...streaming]) client.drop();
    if (this.#all.size === 0) return;
    const timer = setTimeout(() => {
      for (const client of this.#all) client.drop();
    }, timeoutMs);
    await this.#allGone.promise;
    clearTimeout(timer);
  }

  #dropSlowest(): void {
    while (this.#unsentBytes > this.#options.limits.maxUnsentBytes) {
      const slowest = [...this.#taking].find(({ streaming }) => streaming) ?? first(this.#taking);
      if (slowest === undefined) return;
      this.#giveUp(slowest, 'unsent_bytes');
    }
  }

  #fullOf(socket: Socket): Reason | undefined {
    if (this.#all.size >= this.#options.limits.maxConnections) return 'connections';
    return this.#options.descriptorsScarce(socket) ? 'descriptors' : undefined;
  }

  #makeRoom(reason: Reason): boolean {
    const victim = first(this.#new) ?? first(this.#idle) ?? first(this.#taking);
    if (victim === undefined) this.#options.rejections.count(reason);
    else this.#giveUp(victim, reason);
    return victim !== undefined;
  }

  #giveUp(client: Client, reason: Reason): void {
    this.#options.rejections.count(reason);
    client.drop();
  }
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  for (const one of set) return one;
  return undefined;
}
