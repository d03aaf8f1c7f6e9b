/** A metric to be scraped from a map with 16-byte keys. */
export type Workload = {
  readonly name: string;
  /** Name of the map and, with the exporter's prefix, of the metric. */
  readonly metric: string;
  readonly yaml: string;
  /** The first words of `entries` different keys. */
  keys(entries: number): Buffer;
  /** Whether floor.c knows how to write the lines of this metric. */
  readonly textInC: boolean;
};

/** Any number that leaves no byte of an id constant. */
const spread = 0x9e3779b1n;

const counter: Workload = {
  name: 'counter',
  metric: 'bench_total',
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
  keys: (entries) => {
    const keys = Buffer.alloc(entries * 16);
    for (let i = 0; i < entries; i++) {
      keys.writeBigUInt64LE(BigInt(i >> 3) * spread, i * 16);
      keys.writeUInt32LE((i >> 2) & 1, i * 16 + 8);
      keys.writeUInt32LE(i & 3, i * 16 + 12);
    }
    return keys;
  },
  textInC: true,
};

/** Each histogram is 25 entries: 24 buckets and the sum; on the page 25 buckets, +Inf being one, sum and count. */
const entriesPerHistogram = 25;

const histogram: Workload = {
  name: 'histogram',
  metric: 'bench_seconds',
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
  keys: (entries) => {
    const keys = Buffer.alloc(entries * 16);
    for (let i = 0; i < entries; i++) {
      keys.writeBigUInt64LE(BigInt(Math.floor(i / entriesPerHistogram)) * spread, i * 16);
      keys.writeBigUInt64LE(BigInt(i % entriesPerHistogram), i * 16 + 8);
    }
    return keys;
  },
  textInC: false,
};

export const workloads: readonly Workload[] = [counter, histogram];
