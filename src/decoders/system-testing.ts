import { Changes } from '../kernel/changes.ts';
import type { Changing, System } from '../kernel/system.ts';

const unchanging: Changing = { refresh() {}, changes: new Changes() };

/** A small made-up system for tests: one answer of each kind, everything else unknown. */
export const stubSystem: System = {
  symbols: {
    ...unchanging,
    at: (address) => stubSymbols.get(address),
    covering: (address) => stubSymbols.get(address & ~0xffn),
    addressOf: (name) => [...stubSymbols].find(([, symbol]) => symbol === name)?.[0],
  },
  interfaces: { ...unchanging, name: (index) => (index === 2 ? 'eth0' : undefined) },
  devices: {
    ...unchanging,
    name: (major, minor) => (major === 259 && minor === 65536 + 1 ? 'nvme0n1' : undefined),
  },
  pci: {
    present: true,
    vendor: (vendor) => (vendor === 0x8086 ? 'Intel Corporation' : undefined),
    device: (vendor, device) =>
      vendor === 0x8086 && device === 0x1000 ? '82542 Gigabit Ethernet Controller (Fiber)' : undefined,
    class: (classId) => ({ 1: 'Mass storage controller', 2: 'Network controller' })[classId],
    subclass: (classId, subclass) =>
      classId === 1 && subclass === 8 ? 'Non-Volatile memory controller' : undefined,
  },
  cgroups: {
    hierarchy: (name) => ({
      ...unchanging,
      path: (id) => (id === 7n ? pathsOf7[name ?? 'cgroup2'] : undefined),
    }),
  },
  containers: {
    ...unchanging,
    find: (id) =>
      id === 'ab'.repeat(32)
        ? { pod: 'web-0', namespace: 'shop', container: 'nginx', image: 'docker.io/library/nginx:1.27' }
        : undefined,
  },
};

const pathsOf7: Readonly<Record<string, string>> = {
  cgroup2: '/sys/fs/cgroup/system.slice/ssh.service',
  memory: '/sys/fs/cgroup/memory/build',
};

const stubSymbols = new Map([
  [0xffffffff81000100n, 'do_nanosleep'],
  [0xffffffffc0000200n, 'commit_timeout\t[jbd2]'],
]);
