import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { keysOf, spread, type Workload } from '../workload.ts';

/** The cgroups of this machine, over and over, each time with another id beside. */
export const cgroup: Workload = {
  name: 'cgroup',
  metric: 'bench_total',
  mapType: 'HASH',
  keySize: 16,
  yaml: `
metrics:
  counters:
    - name: bench_total
      help: A counter by cgroup
      labels:
        - {name: cgroup, size: 8, decoders: [{name: uint}, {name: cgroup}]}
        - {name: id, size: 8, decoders: [{name: uint}]}
`,
  valuesPerEntry: 1,
  keys: (entries) => {
    const ids = cgroupIds();
    return keysOf(entries, 16, (keys, offset, i) => {
      keys.writeBigUInt64LE(ids[i % ids.length]!, offset);
      keys.writeBigUInt64LE(BigInt(i) * spread, offset + 8);
    });
  },
  textInC: false,
};

/** A cgroup's id is the inode of its directory. */
function cgroupIds(): bigint[] {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))?.[1];
  if (mount === undefined) throw new Error('The workload "cgroup" needs a mounted cgroup2; leave it out');
  const directories = readdirSync(mount, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  return [mount, ...directories].map((path) => statSync(path, { bigint: true }).ino);
}
