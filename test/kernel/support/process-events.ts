import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDirectory } from './scratch.ts';

/** Executes a program n times, one after the other; the process ids. */
export function executeProcesses(n: number): number[] {
  return Array.from({ length: n }, () => spawnSync('/bin/true').pid);
}

/** Makes n directories by this process. Below /dev/shm: a layered file system asks twice. */
export function makeDirectories(n: number): void {
  const directory = scratchDirectory('/dev/shm');
  for (let i = 1; i < n; i++) mkdirSync(join(directory, String(i)));
}
