import { constants } from 'node:os';
import type { End, Guest } from './guest.ts';

/** Ends guests when a signal ends this process. */
export class Signals {
  readonly #guests = new Set<Guest>();
  #received: NodeJS.Signals | undefined;

  /** From now on a signal ends the guests first, and leaves the end of the process to who waits for them. */
  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        this.#received ??= signal;
        if (this.#guests.size === 0) process.exit(this.exitCode);
        for (const guest of this.#guests) guest.kill(`stopped by ${signal}`);
      });
    }
  }

  /** Follows a guest until its end. */
  async hold(guest: Guest): Promise<End> {
    this.#guests.add(guest);
    try {
      return await guest.ended;
    } finally {
      this.#guests.delete(guest);
    }
  }

  /** As a shell has it: 130 after SIGINT. Undefined when there was none. */
  get exitCode(): number | undefined {
    return this.#received === undefined ? undefined : 128 + constants.signals[this.#received];
  }
}
