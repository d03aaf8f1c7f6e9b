import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';
import { type Ended, run } from './run.ts';
import { until } from './wait.ts';

/** A cgroup with limits, such as `{'memory.max': '16M'}`. */
export type Cgroup = {
  readonly path: string;
  /** Runs a command in it to its end. */
  run(command: string, args: readonly string[]): Promise<Ended>;
  [Symbol.asyncDispose](): Promise<void>;
};

let made = 0;

export function makeCgroup(limits: Readonly<Record<string, string>>): Cgroup {
  const path = `/sys/fs/cgroup/ebpf_exporter-test-${process.pid}-${++made}`;
  mkdirSync(path);
  let removed = false;
  const remove = (): boolean => {
    try {
      rmdirSync(path);
      removed = true;
    } catch {
      // A process is a member until a little after its end.
    }
    return removed;
  };
  atExit(() => removed || remove());
  for (const [file, limit] of Object.entries(limits)) writeFileSync(join(path, file), limit);
  return {
    path,
    run: (command, args) =>
      run('/bin/sh', ['-c', 'echo $$ > "$0" && exec "$@"', join(path, 'cgroup.procs'), command, ...args]),
    async [Symbol.asyncDispose]() {
      await until(`${path} can be removed`, remove);
    },
  };
}
