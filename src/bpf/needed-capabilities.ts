import { programTypes } from './sections.ts';

/** Bits of linux/capability.h that BPF asks for. */
const bits = {
  CAP_NET_ADMIN: 12n,
  CAP_SYS_ADMIN: 21n,
  CAP_PERFMON: 38n,
  CAP_BPF: 39n,
} as const;

export type Capability = keyof typeof bits;

/** Program types that look into the kernel (`is_perfmon_prog_type` in kernel/bpf/syscall.c). */
const perfmonTypes: readonly number[] = [
  programTypes.kprobe,
  programTypes.tracepoint,
  programTypes.perfEvent,
  programTypes.rawTracepoint,
  programTypes.tracing,
  programTypes.lsm,
  programTypes.structOps,
  programTypes.extension,
];

/** Program types that handle packets (`is_net_admin_prog_type`), as far as a section of ours has one. */
const netAdminTypes: readonly number[] = [programTypes.schedCls, programTypes.xdp, programTypes.netfilter];

/** What loading programs of these types takes, since Linux 5.8; CAP_SYS_ADMIN before, and instead of CAP_BPF and CAP_PERFMON. */
export function capabilitiesToLoad(types: readonly number[]): readonly Capability[] {
  const some = (among: readonly number[]): boolean => types.some((type) => among.includes(type));
  return [
    'CAP_BPF',
    ...(some(perfmonTypes) ? (['CAP_PERFMON'] as const) : []),
    ...(some(netAdminTypes) ? (['CAP_NET_ADMIN'] as const) : []),
  ];
}

/** Those of `needed` that a process with these effective capabilities lacks. */
export function missingFrom(effective: bigint, needed: readonly Capability[]): readonly Capability[] {
  const has = (capability: Capability): boolean => ((effective >> bits[capability]) & 1n) === 1n;
  return needed.filter(
    (capability) => !has(capability) && !(capability !== 'CAP_NET_ADMIN' && has('CAP_SYS_ADMIN')),
  );
}
