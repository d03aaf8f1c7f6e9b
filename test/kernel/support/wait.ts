import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until the answer is something; fails with `what` when it never is. */
export async function until<T>(
  what: string | (() => string),
  ask: () => T | Promise<T>,
  timeoutMs = 10_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) {
      return answer as NonNullable<Exclude<T, false>>;
    }
    if (performance.now() > deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for this: ${typeof what === 'string' ? what : what()}`);
    }
    await sleep(10);
  }
}
