import { readFileSync, statSync } from 'node:fs';

/** Which file this is, and that nobody wrote to it: costs one system call, and differs when in doubt. */
export function identityOf(path: string): string {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
}

/** What object files contain, by their identities: a file that is written anew may be the same object. */
export class KnownObjects {
  readonly #contents = new Map<string, string>();

  /** To be called while the file is still the one that was loaded. Undefined when it is not. */
  remember(path: string, identity: string): string | undefined {
    const known = this.#contents.get(identity);
    if (known !== undefined) return known;
    try {
      if (identityOf(path) !== identity) return undefined;
      const contents = digest(readFileSync(path));
      this.#contents.set(identity, contents);
      return contents;
    } catch {
      return undefined; // it is gone: whoever loads it anew says so
    }
  }

  /** Whether the file has the bytes that the loaded one had. */
  isSame(path: string, loaded: string): boolean {
    const known = this.remember(path, loaded);
    try {
      return known !== undefined && known === this.remember(path, identityOf(path));
    } catch {
      return false;
    }
  }
}

/** 64 bits of a hash: against accidents. Who can write an object can load what he likes. */
function digest(bytes: Buffer): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b + byte, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return `${bytes.length} ${a >>> 0} ${b >>> 0}`;
}
