import { keysOf, spread, type Workload } from '../workload.ts';

/** Three labels of numbers, one of them named by a map. */
export const counter: Workload = {
  name: 'counter',
  metric: 'bench_total',
  mapType: 'HASH',
  keySize: 16,
  yaml: `
metrics:
  counters:
    - name: bench_total
      help: A counter with three labels
      labels:
        - {name: id, size: 8, decoders: [{name: uint}]}
        - {name: cpu, size: 4, decoders: [{name: uint}]}
        - name: op
          size: 4
          decoders:
            - name: uint
            - {name: static_map, static_map: {0: read, 1: write, 2: flush, 3: discard}}
`,
  valuesPerEntry: 1,
  keys: (entries) =>
    keysOf(entries, 16, (keys, offset, i) => {
      keys.writeBigUInt64LE(BigInt(i >> 3) * spread, offset);
      keys.writeUInt32LE((i >> 2) & 1, offset + 8);
      keys.writeUInt32LE(i & 3, offset + 12);
    }),
  textInC: true,
};
