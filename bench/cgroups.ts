import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { SystemCgroups } from '../src/cgroups/cgroups.ts';
import { openNative } from '../src/native/library.ts';
import { median } from './cost.ts';

/** What a tree of many cgroups costs. Times are wall times, medians in milliseconds. */
export type CgroupsCost = {
  readonly cgroups: number;
  /** `find MOUNT -type d`, from its start to its end. */
  readonly findMs: number;
  /** Until every name is known. */
  readonly openMs: number;
  /** That names take, with what the walk leaves behind: the most of all rounds, since later ones use memory again. */
  readonly memoryBytes: number;
  /** From mkdir to the new name, with a turn of the event loop in between. */
  readonly learnMs: number;
};

/** Slices with services in them. */
const slices = 100;
const services = 199;
const rounds = 5;
const newCgroups = 100;

/** Makes 20,000 cgroups and takes them away again. Undefined where cgroup2 is not mounted. */
export async function measureCgroups(): Promise<CgroupsCost | undefined> {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))?.[1];
  if (mount === undefined) return undefined;
  const root = join(mount, `ebpf_exporter-bench-${process.pid}`);
  const made: string[] = [];
  const make = (path: string): string => {
    mkdirSync(path);
    made.push(path);
    return path;
  };
  const removeAll = (): void => {
    for (const path of made.splice(0).reverse()) rmdirSync(path);
  };
  process.once('exit', removeAll);
  try {
    make(root);
    for (let slice = 0; slice < slices; slice++) {
      const path = make(join(root, `bench-${slice}.slice`));
      for (let nth = 0; nth < services; nth++) make(join(path, `bench-${nth}.service`));
    }
    const find = (): unknown => spawnSync('find', [mount, '-type', 'd']);
    const findMs = median(Array.from({ length: rounds }, () => timed(find)));
    const opened = Array.from({ length: rounds }, measureOpen);
    return {
      cgroups: made.length,
      findMs,
      openMs: median(opened.map(({ ms }) => ms)),
      memoryBytes: Math.max(...opened.map(({ bytes }) => bytes)),
      learnMs: await measureLearning((nth) => make(join(root, `new-${nth}`))),
    };
  } finally {
    removeAll();
    process.removeListener('exit', removeAll);
  }
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const log = { warn: console.error, info: () => undefined };

function measureOpen(): { ms: number; bytes: number } {
  const before = process.memoryUsage().rss;
  const cgroups = new SystemCgroups({ native: openNative(), log });
  const names = cgroups.hierarchy(undefined);
  const ms = timed(() => names.path(1n));
  const bytes = process.memoryUsage().rss - before;
  cgroups.close();
  return { ms, bytes: Math.max(bytes, 0) };
}

async function measureLearning(make: (nth: number) => string): Promise<number> {
  const cgroups = new SystemCgroups({ native: openNative(), log });
  const names = cgroups.hierarchy(undefined);
  cgroups.open();
  const times: number[] = [];
  for (let nth = 0; nth < newCgroups; nth++) {
    const start = performance.now();
    const path = make(nth);
    const id = BigInt(statSync(path).ino);
    await setImmediate();
    if (names.path(id) !== path) throw new Error(`The name of ${path} is not known`);
    times.push(performance.now() - start);
  }
  cgroups.close();
  return median(times);
}
