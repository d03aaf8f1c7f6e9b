import { messageOf } from '../errors.ts';
import type { Changing } from './system.ts';

/** Names by number from a list that is read when first asked for, and again at each `refresh` from then on. */
export class Listing implements Changing {
  readonly #what: string;
  readonly #list: () => ReadonlyMap<number, string>;
  readonly #warn: (message: string) => void;
  #names: ReadonlyMap<number, string> | undefined;
  /** What was answered since the generation began. */
  readonly #answers = new Map<number, string | undefined>();
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
    const names = this.#read();
    if ([...this.#answers].every(([key, name]) => names.get(key) === name)) return;
    this.#answers.clear();
    this.#generation++;
  }

  get(key: number): string | undefined {
    const name = (this.#names ?? this.#read()).get(key);
    this.#answers.set(key, name);
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
