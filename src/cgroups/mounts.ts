import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where a hierarchy of cgroups can be seen. Plain data. */
export type CgroupMount = {
  /** `cgroup2`, or what the options of a v1 hierarchy name: `memory`, `cpu,cpuacct`, `name=systemd`. */
  readonly name: string;
  readonly version: 1 | 2;
  /** Of the superblock, as mountinfo has it: `0:38`. A hierarchy that is unmounted everywhere comes back with another. */
  readonly device: string;
  /** The mount point; a character stands for a byte, as in all names of this room. */
  readonly path: string;
  /** The id of the cgroup at the mount point: 1 unless only a part of the hierarchy is mounted here. */
  readonly rootId: number;
};

/** What a v1-only machine is asked for, in this order, when nobody says which hierarchy is meant. */
const defaultOrder = ['cgroup2', 'memory', 'cpu', 'name=systemd'];

/** Every hierarchy that is mounted, each by its best mount. What vanishes meanwhile, or is not ours to see, is left out. */
export function readCgroupMounts(root = '/'): readonly CgroupMount[] {
  return cgroupMounts(readFileSync(join(root, 'proc/self/mountinfo'), 'latin1'), (path) => {
    try {
      const { ino, dev } = statSync(Buffer.from(path, 'latin1'));
      return { id: ino, device: deviceOf(dev) };
    } catch {
      return undefined;
    }
  });
}

/** `MAJOR:MINOR` of stat(2)'s number. Past 255 mounts without a disk, a minor has more than the low 8 bits. */
export function deviceOf(dev: number): string {
  return `${(dev >>> 8) & 0xfff}:${(dev & 0xff) | ((dev >>> 12) & 0xfff00)}`;
}

type Look = (path: string) => { readonly id: number; readonly device: string } | undefined;

/**
 * The hierarchies in the text of a mountinfo (proc_pid_mountinfo(5)). Of several mounts of one superblock: one of the
 * whole hierarchy, then one at or below /sys/fs/cgroup, then the first. A mount that another covers is none.
 */
export function cgroupMounts(mountinfo: string, look: Look): readonly CgroupMount[] {
  const found = mountinfo.split('\n').flatMap((line) => parseLine(line) ?? []);
  const best = new Map<string, CgroupMount & { readonly rank: number }>();
  for (const { wholeRoot, ...mount } of found) {
    const seen = look(mount.path);
    if (seen?.device !== mount.device) continue;
    const rank = (wholeRoot ? 2 : 0) + (/^\/sys\/fs\/cgroup($|\/)/.test(mount.path) ? 1 : 0);
    const known = best.get(mount.device);
    if (known === undefined || known.rank < rank) {
      best.set(mount.device, { ...mount, rootId: seen.id, rank });
    }
  }
  return [...best.values()].map(({ rank: _, ...mount }) => mount);
}

function parseLine(line: string): (Omit<CgroupMount, 'rootId'> & { wholeRoot: boolean }) | undefined {
  const match = /^\d+ \d+ (\S+) (\S+) (\S+) .*? - (cgroup2?) \S+ (\S+)/.exec(line);
  if (match === null) return undefined;
  const [, device, root, path, type, options] = match as unknown as string[];
  return {
    name: type === 'cgroup2' ? type : nameOf(options!),
    version: type === 'cgroup2' ? 2 : 1,
    device: device!,
    path: unescaped(path!),
    // Seen from a private namespace, a mount made outside of it begins so many levels above us.
    wholeRoot: /^(\/|(\/\.\.)+)$/.test(root!),
  };
}

/** Of `rw,cpu,cpuacct` or `rw,xattr,name=systemd`, what is not an option of every mount. */
function nameOf(options: string): string {
  const notNames = /^(rw|ro|noprefix|xattr|clone_children|cpuset_v2_mode|favordynmods|release_agent=.*)$/;
  return options
    .split(',')
    .filter((option) => !notNames.test(option))
    .join(',');
}

/** Spaces and the like are written `\040`. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The hierarchy of that name, one controller of it, or `systemd`; without a name that of cgroup2, or else a v1 one. */
export function findHierarchy(
  mounts: readonly CgroupMount[],
  wanted: string | undefined,
): CgroupMount | undefined {
  for (const name of wanted === undefined ? defaultOrder : [wanted, `name=${wanted}`]) {
    const mount = mounts.find((mount) => mount.name.split(',').includes(name));
    if (mount !== undefined) return mount;
  }
  return undefined;
}
