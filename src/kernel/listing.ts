import { messageOf } from '../errors.ts';
import type { Changing } from './system.ts';

/** Names by number from a list that is read when first asked for, and again at each `refresh` from then on. */
export class Listing implements Changing {
  readonly #what: string;
  readonly #list: () => ReadonlyMap<number, string>;
  readonly #warn: (message: string) => void;
  #names: ReadonlyMap<number, string> | undefined;
  /** The numbers whose names were given since the generation began: never more than the list has. */
  readonly #named = new Set<number>();
  /** Whether an unknown number was asked for since then. */
  #missed = false;
  #generation = 0;
  #warned = false;

  constructor(what: string, list: () => ReadonlyMap<number, string>, warn: (message: string) => void) {
    this.#what = what;
    this.#list = list;
    this.#warn = warn;
  }

  get generation(): number {
    return this.#generation;
  }

  refresh(): void {
    if (this.#names === undefined) return;
    const before = this.#names;
    const names = this.#read();
    const renamed = [...this.#named].some((key) => names.get(key) !== before.get(key));
    const appeared = this.#missed && [...names.keys()].some((key) => !before.has(key));
    if (!renamed && !appeared) return;
    this.#named.clear();
    this.#missed = false;
    this.#generation++;
  }

  get(key: number): string | undefined {
    const name = (this.#names ?? this.#read()).get(key);
    if (name === undefined) this.#missed = true;
    else this.#named.add(key);
    return name;
  }

  /** A list that cannot be read leaves the one before standing, so that one bad moment does not rename every series. */
  #read(): ReadonlyMap<number, string> {
    try {
      this.#names = this.#list();
    } catch (error) {
      if (!this.#warned) this.#warn(`Cannot list ${this.#what}: ${messageOf(error)}`);
      this.#warned = true;
    }
    this.#names ??= new Map();
    return this.#names;
  }
}
