import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Cgroup, makeCgroup } from './cgroup.ts';

/** Has a process ask for more memory than its cgroup may have: the kernel reclaims what it can, then kills it. */
export async function exhaustMemory(): Promise<void> {
  await using cgroup = makeCgroup({ 'memory.max': '16M' });
  const { code, signal } = await cgroup.run('tail', ['/dev/zero']);
  assert.deepEqual({ code, signal }, { code: null, signal: 'SIGKILL' });
}

/** Has a process ask for more CPU time than its cgroup may have, until the kernel has stopped it at least n times. */
export async function exceedCpuQuota(n: number): Promise<void> {
  await using cgroup = makeCgroup({ 'cpu.max': '2000 20000' });
  await throttle(cgroup, n);
}

/** As `exceedCpuQuota`, in a cgroup that has a quota. */
export async function throttle(cgroup: Cgroup, n: number): Promise<void> {
  const throttled = join(cgroup.path, 'cpu.stat');
  const loop = `while read name value; do
      [ "$name" = nr_throttled ] && [ "$value" -ge ${n} ] && exit 0; done < ${throttled}`;
  const { code } = await cgroup.run('/bin/sh', ['-c', `while :; do ${loop}; done`]);
  assert.equal(code, 0);
}
