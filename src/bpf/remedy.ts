import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the machine is like, as far as it explains why the kernel refused something. */
export type MachineFacts = {
  /** Effective capabilities of this process, one bit each (linux/capability.h). */
  readonly capabilities: bigint;
  readonly hasBtf: boolean;
  readonly hasKprobes: boolean;
  readonly hasFunctionTracer: boolean;
  readonly hasTracefs: boolean;
};

const capBpf = 39n;
const capSysAdmin = 21n;

/** Reads them below `root` (`/` outside of tests). */
export function readMachineFacts(root = '/'): MachineFacts {
  const status = readFileSync(join(root, 'proc/self/status'), 'utf8');
  const exists = (path: string): boolean => existsSync(join(root, path));
  return {
    capabilities: BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`),
    hasBtf: exists('sys/kernel/btf/vmlinux'),
    hasKprobes: exists('sys/bus/event_source/devices/kprobe'),
    hasFunctionTracer:
      exists('sys/kernel/tracing/available_filter_functions') ||
      exists('sys/kernel/debug/tracing/available_filter_functions'),
    hasTracefs: exists('sys/kernel/tracing/events') || exists('sys/kernel/debug/tracing/events'),
  };
}

export type Refusal = {
  /** Name of the errno. */
  readonly errno: string;
  /** The SEC() of the program concerned, where there is one. */
  readonly section: string | undefined;
  /** False when the kernel does not know programs of this type at all. */
  readonly typeSupported: boolean;
  /** What libbpf and the verifier printed. */
  readonly log: string;
};

type Rule = { when: (refusal: Refusal, facts: MachineFacts) => boolean; remedy: string };

/** First that fits wins. */
const rules: readonly Rule[] = [
  {
    when: ({ errno }, facts) => /EPERM|EACCES/.test(errno) && !has(facts, capBpf) && !has(facts, capSysAdmin),
    remedy: 'CAP_BPF and CAP_PERFMON are missing (CAP_SYS_ADMIN before Linux 5.8): run as root or grant them',
  },
  {
    when: ({ log }, { hasBtf }) => !hasBtf && /BTF/.test(log),
    remedy:
      'this kernel has no BTF at /sys/kernel/btf/vmlinux: use a kernel with CONFIG_DEBUG_INFO_BTF, or give its BTF with --btf.path',
  },
  {
    when: ({ log }) => /failed to find kernel BTF type ID of/.test(log),
    remedy: 'the function or tracepoint is not in this kernel: it was renamed, inlined or not compiled in',
  },
  {
    when: ({ section }, { hasFunctionTracer }) =>
      /^(fentry|fexit|fmod_ret)/.test(section ?? '') && !hasFunctionTracer,
    remedy:
      'this kernel has no function tracer, which fentry and fexit need (CONFIG_FUNCTION_TRACER), or tracefs is not mounted',
  },
  {
    when: ({ log }) => /missing BPF prog type/.test(log),
    remedy: 'the section name is not one that libbpf knows: see its table of program types and ELF sections',
  },
  {
    // The verifier gives up when a signal is pending; libbpf tries again some times.
    when: ({ errno }) => /EAGAIN/.test(errno),
    remedy: 'signals interrupted the verifier again and again: stop the profiler or timer that sends them',
  },
  {
    when: ({ typeSupported }) => !typeSupported,
    remedy:
      'programs of this type are not in this kernel: a newer one, or one with more of CONFIG_BPF, is needed',
  },
  {
    when: ({ section }, { hasKprobes }) => /^k(ret)?probe/.test(section ?? '') && !hasKprobes,
    remedy: 'this kernel has no kprobes (CONFIG_KPROBES, CONFIG_KPROBE_EVENTS)',
  },
  {
    when: ({ section }, { hasTracefs }) =>
      /^(tp|tracepoint|k(ret)?syscall)\//.test(section ?? '') && !hasTracefs,
    remedy: 'tracefs is not mounted: mount -t tracefs tracefs /sys/kernel/tracing',
  },
  {
    when: ({ section, errno }) =>
      /^(k(ret)?probe|tp|tracepoint|raw_tp|raw_tracepoint)/.test(section ?? '') && /ENOENT/.test(errno),
    remedy: 'the function or tracepoint is not in this kernel: it was renamed, inlined or not compiled in',
  },
  {
    when: ({ errno, log }) =>
      /EINVAL/.test(errno) && /(unknown func|invalid func|program of this type cannot use helper)/.test(log),
    remedy: 'a BPF helper that the program calls is not in this kernel; a newer kernel has it',
  },
];

function has(facts: MachineFacts, capability: bigint): boolean {
  return ((facts.capabilities >> capability) & 1n) === 1n;
}

/** What to do about a refusal, when the cause is known. */
export function remedyFor(refusal: Refusal, facts: MachineFacts): string | undefined {
  return rules.find((rule) => rule.when(refusal, facts))?.remedy;
}
