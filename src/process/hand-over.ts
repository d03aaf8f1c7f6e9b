import { closeSync, readFileSync, writeSync } from 'node:fs';
import { ExporterError } from '../errors.ts';
import { describeErrno } from '../native/errno.ts';
import type { Native } from '../native/library.ts';

/** Loaded for who hands over: it takes 3 ms of a start. */
const v8 = (): typeof import('node:v8') => process.getBuiltinModule('node:v8');

/** Names the descriptor that holds the state, for the process that goes on. */
const variable = 'EBPF_EXPORTER_STATE_FD';

// include/uapi/linux/memfd.h and fcntl.h
const MFD_ALLOW_SEALING = 2;
const F_SETFD = 2;
const F_ADD_SEALS = 1033;
const allSeals = 0b1111; // no more seals, no shrinking, no growing, no writing

/**
 * Replaces this process by a new one of the same program: same pid, same arguments, empty memory. It has the given
 * descriptors under their numbers, and `takeOver` gives it `state`, which is plain data (a structured clone).
 * `beforeExec` is called last. Needs Node.js' `process.execve` (22.15), on the main thread.
 */
export function handOver(
  native: Native,
  { state, descriptors, beforeExec }: HandOver,
  argv: readonly string[] = process.argv,
): never {
  const memory = native.c.memfd_create('ebpf_exporter', MFD_ALLOW_SEALING);
  const check = (what: string, result: number): void => {
    if (result < 0)
      throw new ExporterError('privileges', `Cannot hand over: ${what}: ${describeErrno(native.errno())}`);
  };
  check('memfd_create', memory);
  const bytes = v8().serialize(state);
  for (let written = 0; written < bytes.length; ) written += writeSync(memory, bytes, written);
  check('F_ADD_SEALS', native.c.fcntl(memory, F_ADD_SEALS, allSeals));
  for (const fd of new Set([memory, ...descriptors])) {
    check(`descriptor ${fd}`, native.c.fcntl(fd, F_SETFD, 0)); // no longer close-on-exec
  }
  const env = Object.fromEntries(
    // The sockets that a service manager passed are among the descriptors; their numbers are in the state.
    Object.entries(process.env).filter(([name]) => !/^LISTEN_(FDS|PID|FDNAMES)$/.test(name)),
  );
  beforeExec();
  process.execve!(process.execPath, [argv[0]!, ...process.execArgv, ...argv.slice(1)], {
    ...env,
    [variable]: String(memory),
  });
  throw new ExporterError('privileges', 'Cannot hand over: execve returned');
}

export type HandOver = {
  readonly state: unknown;
  readonly descriptors: readonly number[];
  beforeExec(): void;
};

/** The state of the process that this one replaced; undefined when it was started anew. Gives it once. */
export function takeOver(env: NodeJS.ProcessEnv = process.env): unknown {
  const fd = Number(env[variable] ?? Number.NaN);
  delete env[variable];
  if (!Number.isInteger(fd)) return undefined;
  const state = v8().deserialize(readFileSync(`/proc/self/fd/${fd}`));
  closeSync(fd);
  return state;
}
