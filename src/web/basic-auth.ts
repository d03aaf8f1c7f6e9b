import { createHash, timingSafeEqual } from 'node:crypto';
import type { Bcrypt } from './bcrypt.ts';

/** Stands for the hash of a user that does not exist, so that the time taken does not tell who does. */
const nobody = '$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG';

/** Comparisons at a time; guessing passwords must not keep others out for long. */
const maxPending = 8;

export type Verdict = 'passed' | 'refused' | 'busy';

/** Knows who may come in, and remembers passwords that passed. */
export class BasicAuth {
  readonly #users: ReadonlyMap<string, string>;
  readonly #bcrypt: Bcrypt;
  /** By user, a digest of hash and password that passed. */
  readonly #passed = new Map<string, Buffer>();

  constructor(users: ReadonlyMap<string, string>, bcrypt: Bcrypt) {
    this.#users = users;
    this.#bcrypt = bcrypt;
  }

  /** What an `Authorization` header comes to. */
  async check(header: string | undefined): Promise<Verdict> {
    const credentials = credentialsOf(header);
    if (credentials === undefined) return 'refused';
    const [user, password] = credentials;
    const hash = this.#users.get(user);
    const digest = createHash('sha256').update(`${hash}\0${password}`).digest();
    const remembered = this.#passed.get(user);
    if (remembered !== undefined && timingSafeEqual(remembered, digest)) return 'passed';
    if (this.#bcrypt.pending >= maxPending) return 'busy';
    const same = await this.#bcrypt.same(password, hash ?? nobody);
    if (!same || hash === undefined) return 'refused';
    this.#passed.set(user, digest);
    return 'passed';
  }
}

/** User and password of `Basic BASE64` (RFC 7617). */
function credentialsOf(header: string | undefined): [string, string] | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
}
