import { existsSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { messageOf } from '../errors.ts';
import { followContainers, listContainers, type NamedContainer } from './cri.ts';
import { GrpcConnection } from './grpc.ts';

export type CriRuntimeOptions = {
  /** Its socket. */
  readonly path: string;
  /** Told of containers, some of them again and again. */
  readonly learn: (found: readonly NamedContainer[]) => void;
  readonly warn: (message: string) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: (() => number) | undefined;
};

/** Between two attempts to reach a runtime, and between two lists where it does not tell of new containers. */
const reachAgainMs = 10_000;
const listAgainMs = 1000;

/** A container runtime that may not be there, and may come and go. */
export class CriRuntime {
  readonly #options: CriRuntimeOptions;
  readonly #now: () => number;
  #connection: GrpcConnection | undefined;
  /** Whether it tells of new containers, as far as is known. */
  #tells = true;
  #listing = false;
  #nextMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: CriRuntimeOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  get present(): boolean {
    return this.#connection !== undefined || existsSync(this.#options.path);
  }

  /**
   * Reaches for it, when that was not tried a moment ago; or has it list its containers when somebody asked for one that
   * is not known, and it does not tell of new ones by itself. Returns at once.
   */
  ask(missed: boolean): void {
    if (this.#closed || this.#now() < this.#nextMs) return;
    if (this.#connection === undefined) void this.#follow();
    else if (missed && !this.#tells && !this.#listing) void this.#list(this.#connection);
  }

  /** Can be called twice. */
  close(): void {
    this.#closed = true;
    this.#connection?.close();
  }

  /** From the first list to the end of the connection, if the runtime tells of new containers. */
  async #follow(): Promise<void> {
    const { path, learn } = this.#options;
    this.#nextMs = this.#now() + reachAgainMs;
    this.#tells = true;
    const connection = GrpcConnection.open(path);
    this.#connection = connection;
    // What comes while the list is made is told of.
    const [, followed] = await Promise.allSettled([
      this.#list(connection),
      followContainers(connection, learn).then((told) => {
        this.#tells = told;
      }),
    ]);
    if (followed.status === 'fulfilled' && !this.#tells) return;
    this.#lose(connection, followed.status === 'rejected' ? messageOf(followed.reason) : 'it said goodbye');
  }

  async #list(connection: GrpcConnection): Promise<void> {
    this.#listing = true;
    try {
      this.#options.learn(await listContainers(connection));
      this.#nextMs = this.#now() + listAgainMs;
    } catch (thrown) {
      this.#lose(connection, messageOf(thrown));
    }
    this.#listing = false;
  }

  #lose(connection: GrpcConnection, reason: string): void {
    connection.close();
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#nextMs = this.#now() + reachAgainMs;
    if (this.#closed) return;
    this.#options.warn(
      `Cannot ask the container runtime at ${this.#options.path}: ${reason}; names of pods that start meanwhile may stay empty`,
    );
  }
}
