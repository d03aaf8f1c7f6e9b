import { statSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { messageOf } from '../errors.ts';
import type { Access, Secure } from '../http/access.ts';
import { type Answer, line } from '../http/answer.ts';
import { BasicAuth } from './basic-auth.ts';
import { Bcrypt } from './bcrypt.ts';
import { RateLimit } from './rate-limit.ts';
import { refusalOf, tlsFiles, tlsOptions } from './tls-options.ts';
import { readWebConfig } from './web-config.ts';

/** How often it is looked whether the files changed, at most. */
const refreshMs = 1000;

/** A client that does not finish its handshake holds a connection for so long. */
const handshakeTimeoutMs = 10_000;

/** What one state of the files comes to. */
type State = {
  readonly headers: Readonly<Record<string, string>>;
  readonly secure: Secure | undefined;
  readonly auth: BasicAuth | undefined;
  readonly limit: RateLimit | undefined;
  /** Of the certificates and keys that the file names. */
  readonly files: readonly string[];
};

/**
 * Access as the file of `--web.config.file` has it. The file and those that it names are read again when they change;
 * where what they say then cannot be used, that is logged, and what was said before holds.
 */
export class WebAccess implements Access {
  readonly #file: string;
  readonly #log: (message: string) => void;
  readonly #bcrypt = new Bcrypt();
  #state: State;
  #seen: string;
  #lookedAt: number;

  private constructor(file: string, log: (message: string) => void) {
    this.#file = file;
    this.#log = log;
    this.#state = this.#read();
    this.#seen = this.#signature();
    this.#lookedAt = performance.now();
  }

  /** Throws `usage` with every problem of the file, or with what is wrong with a certificate. */
  static open(file: string, log: (message: string) => void): WebAccess {
    return new WebAccess(file, log);
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#state.headers;
  }

  get secure(): Secure | undefined {
    return this.#state.secure;
  }

  refresh(): void {
    const now = performance.now();
    if (now - this.#lookedAt < refreshMs) return;
    this.#lookedAt = now;
    const signature = this.#signature();
    if (signature === this.#seen) return;
    this.#seen = signature;
    try {
      this.#state = this.#read();
      this.#seen = this.#signature(); // it may name other files now
    } catch (thrown) {
      this.#log(`${messageOf(thrown)}; what it said before still holds`);
    }
  }

  async refuse({ authorization }: IncomingHttpHeaders): Promise<Answer | undefined> {
    this.refresh(); // connections may be old
    const { limit, auth } = this.#state;
    if (limit?.pass(performance.now()) === false) return line(429, 'Too many requests');
    const verdict = await auth?.check(authorization);
    if (verdict === 'refused')
      return line(401, 'Unauthorized', { 'WWW-Authenticate': 'Basic realm="ebpf_exporter"' });
    if (verdict === 'busy') return line(503, 'Too many passwords to check', { 'Retry-After': '1' });
    return undefined;
  }

  /** Can be called twice. */
  close(): void {
    this.#bcrypt.close();
  }

  #read(): State {
    const { tls, http2, headers, users, rateLimit, directory } = readWebConfig(this.#file);
    return {
      headers: Object.fromEntries(headers),
      secure: tls && {
        options: { ...tlsOptions(tls, directory), handshakeTimeout: handshakeTimeoutMs },
        http2,
        refusalOf: (socket) => refusalOf(socket, tls),
      },
      auth: users.size > 0 ? new BasicAuth(users, this.#bcrypt) : undefined,
      limit: rateLimit && new RateLimit(rateLimit, performance.now()),
      files: tls ? tlsFiles(tls, directory) : [],
    };
  }

  /** Differs when any of the files was written, replaced or removed. */
  #signature(): string {
    return [this.#file, ...this.#state.files]
      .map((file) => {
        const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
        return stats === undefined
          ? 'absent'
          : `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
      })
      .join('\n');
  }
}
