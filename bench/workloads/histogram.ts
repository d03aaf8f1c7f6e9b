import { keysOf, spread, type Workload } from '../workload.ts';

/** Each histogram is 25 entries: 24 buckets and the sum; on the page 25 buckets, +Inf being one, sum and count. */
const entriesPerHistogram = 25;

export const histogram: Workload = {
  name: 'histogram',
  metric: 'bench_seconds',
  mapType: 'HASH',
  keySize: 16,
  yaml: `
metrics:
  histograms:
    - name: bench_seconds
      help: A histogram with one label
      bucket_type: exp2
      bucket_min: 0
      bucket_max: ${entriesPerHistogram - 2}
      bucket_multiplier: 0.000001
      labels:
        - {name: id, size: 8, decoders: [{name: uint}]}
        - {name: bucket, size: 8, decoders: [{name: uint}]}
`,
  valuesPerEntry: 1,
  keys: (entries) =>
    keysOf(entries, 16, (keys, offset, i) => {
      keys.writeBigUInt64LE(BigInt(Math.floor(i / entriesPerHistogram)) * spread, offset);
      keys.writeBigUInt64LE(BigInt(i % entriesPerHistogram), offset + 8);
    }),
  textInC: true,
};
