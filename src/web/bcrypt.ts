import { dirname, join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Question, Reply } from './bcrypt-worker.ts';

/** A thread that is not asked anything for so long ends: it takes some megabytes. */
const idleMs = 10_000;

/** Beside this file; in a bundle, beside that. */
const worker = join(
  dirname(import.meta.filename),
  import.meta.filename.endsWith('.ts') ? 'bcrypt-worker.ts' : 'bcrypt-worker.cjs',
);

/** Compares passwords with bcrypt hashes in a thread of its own, one after the other, until `close`. */
export class Bcrypt {
  readonly #waiting = new Map<number, (same: boolean) => void>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;

  /** How many comparisons are under way. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** False also when the thread fails. */
  same(password: string, hash: string): Promise<boolean> {
    const id = this.#asked++;
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker!.postMessage({ id, password, hash } satisfies Question);
    });
  }

  /** Can be called twice. */
  close(): void {
    clearTimeout(this.#idle);
    void this.#worker?.terminate();
    this.#end();
  }

  #start(): Worker {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const started = new Worker(worker, { resourceLimits: { maxOldGenerationSizeMb: 32 } });
    started.unref();
    started.on('message', ({ id, same }: Reply) => {
      this.#waiting.get(id)?.(same);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.close(), idleMs).unref();
    });
    started.on('error', () => this.#worker === started && this.#end());
    return started;
  }

  #end(): void {
    this.#worker = undefined;
    for (const resolve of this.#waiting.values()) resolve(false);
    this.#waiting.clear();
  }
}
