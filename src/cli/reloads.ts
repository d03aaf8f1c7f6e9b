import { KnownObjects } from '../load/object-file.ts';
import type { LastReload } from '../serve/service-families.ts';
import { OneAtATime } from './one-at-a-time.ts';
import type { Outcome, Reloader, ReloaderOptions } from './reload.ts';

/** Objects are looked at when the start is over: it costs some of a millisecond each. */
const rememberAfterMs = 1000;

/** Reloads for whoever asks. All that they take is loaded with the first. */
export class Reloads {
  readonly last: LastReload = { successful: true, successSeconds: Date.now() / 1000 };
  readonly #objects = new KnownObjects();
  readonly #work: OneAtATime<Outcome>;
  #reloader: Promise<Reloader> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: () => Omit<ReloaderOptions, 'last' | 'objects'>) {
    this.#work = new OneAtATime(async () => {
      this.#reloader ??= import('./reload.ts').then(
        ({ Reloader }) => new Reloader({ ...options(), last: this.last, objects: this.#objects }),
      );
      return (await this.#reloader).reload();
    });
  }

  /** Never rejects. */
  ask(): Promise<Outcome> {
    return this.#work.ask();
  }

  /** So that they are known again when they are written anew with the same bytes. */
  rememberSoon(objects: () => readonly { objectPath: string; objectFile: string }[]): void {
    this.#timer = setTimeout(() => {
      for (const { objectPath, objectFile } of objects()) this.#objects.remember(objectPath, objectFile);
    }, rememberAfterMs).unref();
  }

  /** Waits for the one that is under way. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#work.idle();
  }
}
