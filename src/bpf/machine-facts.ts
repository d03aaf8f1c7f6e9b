import { accessSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the machine is like, as far as it explains why the kernel refused something. */
export type MachineFacts = {
  /** Effective capabilities of this process, one bit each (linux/capability.h). */
  readonly capabilities: bigint;
  readonly hasBtf: boolean;
  readonly hasKprobes: boolean;
  readonly hasFunctionTracer: boolean;
  /** `hidden`: it is there, and we may not look into it. */
  readonly tracefs: 'mounted' | 'hidden' | 'absent';
  /** Version of the kernel, `6.12`. */
  readonly linux: string;
};

/** Reads them below `root` (`/` outside of tests). */
export function readMachineFacts(root = '/'): MachineFacts {
  const exists = (path: string): boolean => existsSync(join(root, path));
  const status = readFileSync(join(root, 'proc/self/status'), 'utf8');
  return {
    capabilities: BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`),
    hasBtf: exists('sys/kernel/btf/vmlinux'),
    hasKprobes: exists('sys/bus/event_source/devices/kprobe'),
    hasFunctionTracer:
      exists('sys/kernel/tracing/available_filter_functions') ||
      exists('sys/kernel/debug/tracing/available_filter_functions'),
    tracefs: tracefs(root),
    linux: /^\d+\.\d+/.exec(text(join(root, 'proc/sys/kernel/osrelease')))?.[0] ?? '',
  };
}

function tracefs(root: string): MachineFacts['tracefs'] {
  const found = ['sys/kernel/tracing/events', 'sys/kernel/debug/tracing/events'].map((path) => {
    try {
      accessSync(join(root, path));
      return 'mounted';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'hidden' : 'absent';
    }
  });
  return (['mounted', 'hidden'] as const).find((state) => found.includes(state)) ?? 'absent';
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
