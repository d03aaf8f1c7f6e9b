import { readFileSync } from 'node:fs';
import { keysOf, type Workload } from '../workload.ts';

const frames = 16;

/** Stacks of 16 addresses in the kernel's code. No two have the same innermost two. */
export const kstack: Workload = {
  name: 'kstack',
  metric: 'bench_total',
  mapType: 'HASH',
  keySize: frames * 8,
  yaml: `
metrics:
  counters:
    - name: bench_total
      help: A counter by kernel stack
      labels:
        - {name: stack, size: ${frames * 8}, decoders: [{name: kstack}]}
`,
  valuesPerEntry: 1,
  keys: (entries) => {
    const functions = kernelFunctions();
    const pick = (at: number): bigint => functions[at % functions.length]! + 1n;
    return keysOf(entries, frames * 8, (keys, offset, i) => {
      keys.writeBigUInt64LE(pick(i), offset);
      keys.writeBigUInt64LE(pick(Math.floor(i / functions.length)), offset + 8);
      for (let frame = 2; frame < frames; frame++) {
        keys.writeBigUInt64LE(pick((i % 997) * 61 + frame * 7919), offset + frame * 8);
      }
    });
  },
  textInC: false,
};

/** Addresses of functions of the kernel itself. Root is needed, or all are zero. */
function kernelFunctions(): bigint[] {
  return readFileSync('/proc/kallsyms', 'latin1')
    .split('\n')
    .filter((line) => /^[89a-f][0-9a-f]{15} [tT] [^\t]+$/.test(line))
    .map((line) => BigInt(`0x${line.slice(0, 16)}`));
}
