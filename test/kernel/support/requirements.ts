import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a test may need of the machine: each says what is missing, or nothing. */
const checks = {
  root: () => (process.getuid?.() === 0 ? undefined : 'this is not root'),
  btf: file('/sys/kernel/btf/vmlinux', 'this kernel has no BTF'),
  clang: command('clang'),
  bpftool: command('bpftool'),
  promtool: command('promtool'),
  prometheus: command('prometheus'),
  setpriv: command('setpriv'),
  pciIds: file('/usr/share/misc/pci.ids', 'there is no pci.ids'),
  dd: command('dd'),
  kprobe: file('/sys/bus/event_source/devices/kprobe', 'this kernel has no kprobes'),
  ftrace: file('/sys/kernel/tracing/available_filter_functions', 'this kernel has no function tracer'),
} satisfies Record<string, () => string | undefined>;

export type Requirement = keyof typeof checks;

/**
 * Options for a suite or a test that loads BPF programs and needs something else besides. It is skipped with the reason
 * when that is missing; it fails when the environment variable KERNEL_TESTS_REQUIRE (`all`, or names with commas) says
 * that it must not be.
 */
export function needs(...more: readonly Requirement[]): { skip: string | false } {
  const promised = process.env.KERNEL_TESTS_REQUIRE?.split(',') ?? [];
  for (const name of ['root', 'btf', 'clang', 'bpftool', ...more] as const) {
    const missing = checks[name]();
    if (missing === undefined) continue;
    if (promised.includes(name) || promised.includes('all')) {
      throw new Error(`${missing}, but KERNEL_TESTS_REQUIRE says that ${name} must be there`);
    }
    return { skip: missing };
  }
  return { skip: false };
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
