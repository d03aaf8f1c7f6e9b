import { keysOf, type Workload } from '../workload.ts';

const keySize = 32;

/** One label of text, padded with NULs as C leaves it. */
export const string: Workload = {
  name: 'string',
  metric: 'bench_total',
  mapType: 'HASH',
  keySize,
  yaml: `
metrics:
  counters:
    - name: bench_total
      help: A counter by file name
      labels:
        - {name: file, size: ${keySize}, decoders: [{name: string}]}
`,
  valuesPerEntry: 1,
  keys: (entries) =>
    keysOf(entries, keySize, (keys, offset, i) => {
      keys.write(`/var/lib/app/${i}.log`, offset);
    }),
  textInC: true,
};
