import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Workload } from './workload.ts';

/** Any number that leaves no byte of an id constant; lines.c knows it too. */
const spread = 0x9e3779b1n;
/** Each histogram is 25 entries: 24 buckets and the sum; on the page 25 buckets, +Inf being one, sum and count. */
const entriesPerHistogram = 25;
const frames = 16;
const id = '{name: id, size: 8, decoders: [{name: uint}]}';

/** All workloads, in the order they are measured and shown. */
export const workloads: readonly Workload[] = [
  // Three labels of numbers, one of them named by a map.
  counter('counter', 16, {
    labels: [
      id,
      '{name: cpu, size: 4, decoders: [{name: uint}]}',
      '{name: op, size: 4, decoders: [{name: uint}, {name: static_map, static_map: {0: read, 1: write, 2: flush, 3: discard}}]}',
    ],
    write: (keys, at, i) => {
      keys.writeBigUInt64LE(BigInt(i >> 3) * spread, at);
      keys.writeUInt32LE((i >> 2) & 1, at + 8);
      keys.writeUInt32LE(i & 3, at + 12);
    },
    textInC: true,
  }),
  histogram(),
  // Every CPU's value a series of its own.
  counter('per-cpu', 8, {
    mapType: 'PERCPU_HASH',
    labels: [id, '{name: cpu, size: 2, decoders: [{name: uint}]}'],
    valuesPerEntry: possibleCpus(),
    write: (keys, at, i) => keys.writeBigUInt64LE(BigInt(i) * spread, at),
    textInC: true,
  }),
  // CPUs are added up: most of the bytes that the kernel hands over are not on the page.
  counter('per-cpu-sum', 8, {
    mapType: 'PERCPU_HASH',
    labels: [id],
    write: (keys, at, i) => keys.writeBigUInt64LE(BigInt(i) * spread, at),
    textInC: true,
  }),
  // Text, padded with NULs as C leaves it.
  counter('string', 32, {
    labels: ['{name: file, size: 32, decoders: [{name: string}]}'],
    write: (keys, at, i) => keys.write(`/var/lib/app/${i}.log`, at),
    textInC: true,
  }),
  // Stacks of addresses in the kernel's code. No two have the same innermost two.
  counter('kstack', frames * 8, {
    labels: [`{name: stack, size: ${frames * 8}, decoders: [{name: kstack}]}`],
    prepare: () => {
      const functions = kernelFunctions();
      const pick = (nth: number): bigint => functions[nth % functions.length]! + 1n;
      return (keys, at, i) => {
        keys.writeBigUInt64LE(pick(i), at);
        keys.writeBigUInt64LE(pick(Math.floor(i / functions.length)), at + 8);
        for (let frame = 2; frame < frames; frame++) {
          keys.writeBigUInt64LE(pick((i % 997) * 61 + frame * 7919), at + frame * 8);
        }
      };
    },
  }),
  // Text of which the second of two expressions finds a part.
  counter('regexp', 32, {
    labels: [
      String.raw`{name: service, size: 32, decoders: [{name: string}, {name: regexp, regexps: ['^kworker/[0-9]+:(.*)$', '^system-(.*)\.service$']}]}`,
    ],
    write: (keys, at, i) => keys.write(`system-getty-${i}.service`, at),
  }),
  // The cgroups of this machine, over and over, each time with another id beside.
  counter('cgroup', 16, {
    labels: ['{name: cgroup, size: 8, decoders: [{name: uint}, {name: cgroup}]}', id],
    prepare: () => {
      const ids = cgroupIds();
      return (keys, at, i) => {
        keys.writeBigUInt64LE(ids[i % ids.length]!, at);
        keys.writeBigUInt64LE(BigInt(i) * spread, at + 8);
      };
    },
  }),
];

/** Writes the key of a number. */
type WriteKey = (keys: Buffer, at: number, index: number) => unknown;

type CounterOptions = Partial<Pick<Workload, 'mapType' | 'valuesPerEntry' | 'textInC'>> & {
  readonly labels: readonly string[];
} & ({ readonly write: WriteKey } | { readonly prepare: () => WriteKey });

function counter(name: string, keySize: number, { labels, ...given }: CounterOptions): Workload {
  const { mapType = 'HASH', valuesPerEntry = 1, textInC = false } = given;
  const yaml = `
metrics:
  counters:
    - name: bench_total
      help: A counter
      labels:
${labels.map((label) => `        - ${label}\n`).join('')}`;
  const keys = (entries: number): Buffer =>
    keysOf(entries, keySize, 'write' in given ? given.write : given.prepare());
  return { name, metric: 'bench_total', mapType, keySize, yaml, valuesPerEntry, keys, textInC };
}

function histogram(): Workload {
  return {
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
        - ${id}
        - {name: bucket, size: 8, decoders: [{name: uint}]}
`,
    valuesPerEntry: 1,
    keys: (entries) =>
      keysOf(entries, 16, (keys, at, i) => {
        keys.writeBigUInt64LE(BigInt(Math.floor(i / entriesPerHistogram)) * spread, at);
        keys.writeBigUInt64LE(BigInt(i % entriesPerHistogram), at + 8);
      }),
    textInC: true,
  };
}

function keysOf(entries: number, size: number, write: WriteKey): Buffer {
  const keys = Buffer.alloc(entries * size);
  for (let index = 0; index < entries; index++) write(keys, index * size, index);
  return keys;
}

/** The kernel's list is one range, such as `0-7`. */
function possibleCpus(): number {
  const list = readFileSync('/sys/devices/system/cpu/possible', 'utf8');
  return Number(list.trim().split(/[-,]/).at(-1)) + 1;
}

/** Addresses of functions of the kernel itself. Root is needed, or all are zero. */
function kernelFunctions(): bigint[] {
  return readFileSync('/proc/kallsyms', 'latin1')
    .split('\n')
    .filter((line) => /^[89a-f][0-9a-f]{15} [tT] [^\t]+$/.test(line))
    .map((line) => BigInt(`0x${line.slice(0, 16)}`));
}

/** A cgroup's id is the inode of its directory. */
function cgroupIds(): bigint[] {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))?.[1];
  if (mount === undefined) throw new Error('The workload "cgroup" needs a mounted cgroup2; leave it out');
  const directories = readdirSync(mount, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  return [mount, ...directories].map((path) => statSync(path, { bigint: true }).ino);
}
