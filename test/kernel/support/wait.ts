import { setTimeout as sleep } from 'node:timers/promises';

/** How much longer than on an ordinary machine everything may take. */
export const patience = process.env.KERNEL_TESTS_EMULATED ? 6 : 1;

/** Asks again and again until the answer is something; fails with `what` when it never is. */
export async function until<T>(
  what: string | (() => string),
  ask: () => T | Promise<T>,
  timeoutMs = 10_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const patientMs = timeoutMs * patience;
  const deadline = performance.now() + patientMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) {
      return answer as NonNullable<Exclude<T, false>>;
    }
    if (performance.now() > deadline) {
      throw new Error(`Waited ${patientMs} ms in vain for this: ${typeof what === 'string' ? what : what()}`);
    }
    await sleep(10);
  }
}
