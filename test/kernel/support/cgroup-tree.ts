import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';
import { output } from './run.ts';
import { until } from './wait.ts';

/** Where cgroup2 is mounted: at /sys/fs/cgroup, or on a hybrid machine below it. */
export function cgroup2(): string {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))?.[1];
  if (mount === undefined) throw new Error('cgroup2 is not mounted');
  return mount;
}

export function cgroupId(path: string): number {
  return statSync(path).ino;
}

/** Does something while this process is a member of a cgroup, then goes back to the root's. */
export function inCgroup(path: string, work: () => void): void {
  writeFileSync(join(path, 'cgroup.procs'), String(process.pid));
  try {
    work();
  } finally {
    writeFileSync(join(cgroup2(), 'cgroup.procs'), String(process.pid));
  }
}

/** Runs a command in a cgroup to its end, which has to be success. */
export async function runIn(path: string, command: string, args: readonly string[]): Promise<string> {
  const enter = 'echo $$ > "$0" && exec "$@"';
  return output('/bin/sh', ['-c', enter, join(path, 'cgroup.procs'), command, ...args]);
}

let made = 0;

/** A new cgroup in which others can be made. What is in it goes with it; at the latest when the test file ends. */
export function makeTree(root = cgroup2()): { path: string } & AsyncDisposable {
  const path = join(root, `ebpf_exporter-tree-${process.pid}-${++made}`);
  mkdirSync(path);
  atExit(() => removeTree(path));
  return {
    path,
    async [Symbol.asyncDispose]() {
      await until(`${path} can be removed`, () => removeTree(path));
    },
  };
}

/** True when nothing is left of it. */
function removeTree(path: string): boolean {
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(join(path, entry.name));
    }
    rmdirSync(path);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
  }
}
