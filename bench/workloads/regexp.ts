import { keysOf, type Workload } from '../workload.ts';

const keySize = 32;

/** Text of which the second of two expressions finds a part. */
export const regexp: Workload = {
  name: 'regexp',
  metric: 'bench_total',
  mapType: 'HASH',
  keySize,
  yaml: `
metrics:
  counters:
    - name: bench_total
      help: A counter by a part of a name
      labels:
        - name: service
          size: ${keySize}
          decoders:
            - name: string
            - {name: regexp, regexps: ['^kworker/[0-9]+:(.*)$', '^system-(.*)\\.service$']}
`,
  valuesPerEntry: 1,
  keys: (entries) =>
    keysOf(entries, keySize, (keys, offset, i) => {
      keys.write(`system-getty-${i}.service`, offset);
    }),
  textInC: false,
};
