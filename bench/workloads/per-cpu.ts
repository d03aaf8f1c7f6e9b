import { readFileSync } from 'node:fs';
import { keysOf, spread, type Workload } from '../workload.ts';

/** A per-CPU map, every CPU's value a series of its own. */
export const perCpu: Workload = {
  ...perCpuWorkload('per-cpu', '        - {name: cpu, size: 2, decoders: [{name: uint}]}\n'),
  valuesPerEntry: possibleCpus(),
};

/** A per-CPU map whose CPUs are added up: most of the bytes that the kernel hands over are not on the page. */
export const perCpuSum: Workload = perCpuWorkload('per-cpu-sum', '');

function perCpuWorkload(name: string, cpuLabel: string): Workload {
  return {
    name,
    metric: 'bench_total',
    mapType: 'PERCPU_HASH',
    keySize: 8,
    yaml: `
metrics:
  counters:
    - name: bench_total
      help: A counter in a per-CPU map
      labels:
        - {name: id, size: 8, decoders: [{name: uint}]}
${cpuLabel}`,
    valuesPerEntry: 1,
    keys: (entries) =>
      keysOf(entries, 8, (keys, offset, i) => {
        keys.writeBigUInt64LE(BigInt(i) * spread, offset);
      }),
    textInC: true,
  };
}

/** The kernel's list is one range, such as `0-7`. */
function possibleCpus(): number {
  const list = readFileSync('/sys/devices/system/cpu/possible', 'utf8');
  return Number(list.trim().split(/[-,]/).at(-1)) + 1;
}
