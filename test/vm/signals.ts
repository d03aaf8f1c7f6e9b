import { constants } from 'node:os';
import type { Guest } from './guest.ts';

/** Ends guests when a signal ends this process. */
export class Signals {
  readonly #guests = new Set<Guest>();
  #received: NodeJS.Signals | undefined;

  /** From now on signals no longer end the process by themselves. */
  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        this.#received ??= signal;
        for (const guest of this.#guests) guest.kill(`stopped by ${signal}`);
      });
    }
  }

  /** Follows a guest until its end. */
  async hold(guest: Guest): ReturnType<() => Guest['ended']> {
    this.#guests.add(guest);
    if (this.#received !== undefined) guest.kill(`stopped by ${this.#received}`);
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
