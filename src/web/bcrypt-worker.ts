import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';

/* Compares passwords with hashes off the main thread: each takes as long as its cost says, 60 ms and more. */

export type Question = { readonly id: number; readonly password: string; readonly hash: string };
export type Reply = { readonly id: number; readonly same: boolean };

parentPort?.on('message', ({ id, password, hash }: Question) => {
  parentPort?.postMessage({ id, same: compareSync(password, hash) } satisfies Reply);
});
