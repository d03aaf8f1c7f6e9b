import { messageOf } from '../errors.ts';
import { Changes, nameBit, unknownName } from './changes.ts';
import type { Changing } from './system.ts';

/** A list is not read again within so many milliseconds, however many ask. */
const readAgainMs = 1000;

export type ListingOptions = {
  /** What is listed, in the plural. */
  readonly what: string;
  readonly list: () => ReadonlyMap<number, string>;
  readonly warn: (message: string) => void;
  /** A monotonic clock. */
  readonly nowMs?: (() => number) | undefined;
};

/** Names by number from a list that is read when first asked for, and again by `refresh` or for an unknown number. */
export class Listing implements Changing {
  readonly changes: Changes = new Changes();
  readonly #options: ListingOptions;
  readonly #nowMs: () => number;
  #names: ReadonlyMap<number, string> | undefined;
  #readAtMs = 0;
  /** The numbers whose names were given and have not changed since: never more than the list has. */
  readonly #named = new Set<number>();
  /** Whether a number was asked for in vain since the last answer to such a question came. */
  #missed = false;
  #warned = false;

  constructor(options: ListingOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  refresh(): void {
    const before = this.#names;
    if (before === undefined || this.#nowMs() - this.#readAtMs < readAgainMs) return;
    const names = this.#read();
    let changed = 0;
    for (const key of this.#named) {
      if (names.get(key) === before.get(key)) continue;
      changed |= nameBit(key);
      this.#named.delete(key);
    }
    if (this.#missed && [...names.keys()].some((key) => !before.has(key))) {
      changed |= unknownName;
      this.#missed = false;
    }
    this.changes.note(changed);
  }

  get(key: number): string | undefined {
    if ((this.#names ?? this.#read()).get(key) === undefined) this.refresh();
    const name = this.#names?.get(key);
    if (name === undefined) this.#missed = true;
    else this.#named.add(key);
    return name;
  }

  /** A list that cannot be read leaves the one before standing, so that one bad moment does not rename every series. */
  #read(): ReadonlyMap<number, string> {
    const { what, list, warn } = this.#options;
    this.#readAtMs = this.#nowMs();
    try {
      this.#names = list();
    } catch (error) {
      if (!this.#warned) warn(`Cannot list ${what}: ${messageOf(error)}`);
      this.#warned = true;
    }
    this.#names ??= new Map();
    return this.#names;
  }
}
