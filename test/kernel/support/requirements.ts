import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { hasWritableDisk, scratchDisk } from './block-device.ts';
import { containerdMissing } from './containerd.ts';

/** What a test may need of the machine: each says what is missing, or nothing. */
const checks = {
  root: () => (process.getuid?.() === 0 ? undefined : 'this is not root'),
  btf: file('/sys/kernel/btf/vmlinux', 'this kernel has no BTF'),
  clang: command('clang'),
  bpftool: command('bpftool'),
  promtool: command('promtool'),
  prometheus: command('prometheus'),
  setpriv: command('setpriv'),
  tmux: command('tmux'),
  pciIds: file('/usr/share/misc/pci.ids', 'there is no pci.ids'),
  dd: command('dd'),
  nsenter: command('nsenter'),
  unshare: command('unshare'),
  kprobe: file('/sys/bus/event_source/devices/kprobe', 'this kernel has no kprobes'),
  noKprobe: () =>
    existsSync('/sys/bus/event_source/devices/kprobe') ? 'this kernel has kprobes' : undefined,
  // The development machine: a function tracer it has, and no program may use it.
  fentryRefused: () =>
    existsSync('/sys/bus/event_source/devices/kprobe') ? 'this kernel takes fentry programs' : undefined,
  ftrace: file('/sys/kernel/tracing/available_filter_functions', 'this kernel has no function tracer'),
  kprobeMulti: () =>
    /\bbpf_kprobe_multi_link_release$/m.test(text('/proc/kallsyms'))
      ? undefined
      : 'this kernel has no kprobe.multi (CONFIG_FPROBE)',
  lsm: () =>
    /\bbpf\b/.test(text('/sys/kernel/security/lsm'))
      ? undefined
      : 'bpf is not among the security modules of /sys/kernel/security/lsm',
  cgroup2: () =>
    /\bcpu\b.*\bmemory\b/.test(text('/sys/fs/cgroup/cgroup.subtree_control'))
      ? undefined
      : 'there is no cgroup2 at /sys/fs/cgroup with the controllers cpu and memory',
  cgroup1: file(
    '/sys/fs/cgroup/memory/cgroup.procs',
    'there is no v1 controller memory at /sys/fs/cgroup/memory',
  ),
  containerd: containerdMissing,
  disk: () => (hasWritableDisk() ? undefined : 'no disk here to write to'),
  scratchDisk: () =>
    scratchDisk() === undefined ? 'KERNEL_TESTS_DISK names no disk to overwrite' : undefined,
  pythonUsdt: () =>
    existsSync('/usr/bin/python3') && readFileSync('/usr/bin/python3').includes('import__find__load__start')
      ? undefined
      : '/usr/bin/python3 has no USDT probes',
  rstatFlush: () =>
    /\bcgroup_rstat_flush_locked\b/.test(text('/proc/kallsyms')) &&
    /\b__tracepoint_cgroup_rstat_locked\b/.test(text('/proc/kallsyms'))
      ? undefined
      : 'this kernel flushes cgroup statistics in another way (it did so from 6.10 to 6.15)',
  xfsprogs: command('mkfs.xfs'),
  pci: file('/sys/bus/pci/devices', 'this machine has no PCI'),
  // Other work of this machine is not to lose a CPU.
  hotplug: () => (process.env.KERNEL_TESTS_EMULATED ? undefined : 'this is no machine to take a CPU from'),
  // For tests that take long and rarely break: before a release.
  slow: () => (process.env.KERNEL_TESTS_SLOW ? undefined : 'it takes long: KERNEL_TESTS_SLOW=1 runs it'),
  // For tests that ask little of the kernel and take long in a guest: there, before a release.
  slowGuest: () =>
    process.env.KERNEL_TESTS_EMULATED && !process.env.KERNEL_TESTS_SLOW
      ? 'it takes long in a guest: KERNEL_TESTS_SLOW=1 runs it'
      : undefined,
  // For tests that take long and would say nothing new on another kernel.
  native: () => (process.env.KERNEL_TESTS_EMULATED ? 'this machine is emulated' : undefined),
} satisfies Record<string, () => string | undefined>;

/** A release is the oldest that will do: `linux 6.6`. */
export type Requirement = keyof typeof checks | `linux ${number}.${number}`;

/**
 * Options for a suite or a test that loads BPF programs and needs something else besides. It is skipped with the reason
 * when that is missing; it fails when the environment variable KERNEL_TESTS_REQUIRE (`all`, or names with commas) says
 * that it must not be.
 */
export function needs(...more: readonly Requirement[]): { skip: string | false } {
  const promised = process.env.KERNEL_TESTS_REQUIRE?.split(',') ?? [];
  for (const name of ['root', 'btf', 'clang', 'bpftool', ...more] as const) {
    const missing = name in checks ? checks[name as keyof typeof checks]() : olderThan(name);
    if (missing === undefined) continue;
    if (promised.includes(name) || promised.includes('all')) {
      throw new Error(`${missing}, but KERNEL_TESTS_REQUIRE says that ${name} must be there`);
    }
    return { skip: missing };
  }
  return { skip: false };
}

function olderThan(requirement: string): string | undefined {
  const wanted = requirement.replace('linux ', '');
  const present = /^\d+\.\d+/.exec(release())![0];
  return present.localeCompare(wanted, 'en', { numeric: true }) < 0
    ? `this is Linux ${present}, older than ${wanted}`
    : undefined;
}

/** Empty when there is no such file. */
function text(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function file(path: string, missing: string): () => string | undefined {
  return () => (existsSync(path) ? undefined : missing);
}

function command(name: string): () => string | undefined {
  return () => {
    const found = (process.env.PATH ?? '').split(delimiter).some((directory) => {
      try {
        accessSync(join(directory, name), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
    return found ? undefined : `there is no ${name} in PATH`;
  };
}
