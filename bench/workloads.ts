import type { Workload } from './workload.ts';
import { cgroup } from './workloads/cgroup.ts';
import { counter } from './workloads/counter.ts';
import { histogram } from './workloads/histogram.ts';
import { kstack } from './workloads/kstack.ts';
import { perCpu, perCpuSum } from './workloads/per-cpu.ts';
import { regexp } from './workloads/regexp.ts';
import { string } from './workloads/string.ts';

/** All workloads, in the order they are measured and shown. */
export const workloads: readonly Workload[] = [
  counter,
  histogram,
  perCpu,
  perCpuSum,
  string,
  kstack,
  regexp,
  cgroup,
];
