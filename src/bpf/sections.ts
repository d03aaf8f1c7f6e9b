import { btfKinds } from './kernel-types.ts';

/**
 * What a program's SEC() asks for: one row for each form. docs/sections.md shows every one that attaches, with an example.
 * libbpf's own table: section_defs in its src/libbpf.c.
 */
export type SectionKind = {
  /** As the documentation writes it. */
  readonly form: string;
  readonly pattern: RegExp;
  /** The program's type (`enum bpf_prog_type`). */
  readonly type: number;
  /** Only where libbpf has no row for the section, so that the types are ours to set: `enum bpf_attach_type`. */
  readonly attachType?: number;
  /** Who attaches it: libbpf by the section, a file of ours, or nobody. */
  readonly attach: 'libbpf' | 'xdp' | 'perf_event' | 'post_attach_mark' | 'nobody';
  /** What the event is, for reasons of the kernel that depend on it. */
  readonly hook: 'kprobe' | 'uprobe' | 'tracepoint' | 'raw tracepoint' | 'function' | 'iterator' | 'other';
  /** What the kernel's BTF must have for it: a type of this kind, named as the section does with a prefix. */
  readonly target?: { readonly what: string; readonly prefix: string; readonly kind: number };
  /** The first libbpf that knows the section, where 1.1 does not, and the first kernel. */
  readonly libbpf?: string;
  readonly linux?: string;
  /** What a program that nobody can attach needs. */
  readonly instead?: string;
};

/** A section and its row. */
export type Section = { readonly text: string; readonly kind: SectionKind | undefined };

/** `enum bpf_prog_type` (linux/bpf.h), as far as it is named here. */
export const programTypes = {
  unspecified: 0, socketFilter: 1, kprobe: 2, schedCls: 3, tracepoint: 5, xdp: 6, perfEvent: 7, cgroupSkb: 8,
  rawTracepoint: 17, tracing: 26, structOps: 27, extension: 28, lsm: 29, syscall: 31, netfilter: 32,
} as const; // biome-ignore format: a table

const aFunction = { what: 'function', prefix: '', kind: btfKinds.function };
const { kprobe, tracepoint, perfEvent, rawTracepoint, tracing, extension, lsm, xdp } = programTypes;

/** The first pattern that matches decides. */
export const sectionKinds: readonly SectionKind[] = [
  {
    form: 'uprobe//proc/self/exe:post_attach_mark',
    pattern: /^uprobe\/\/proc\/self\/exe:post_attach_mark$/,
    type: kprobe,
    attach: 'post_attach_mark',
    hook: 'uprobe',
  },
  row('kprobe/FUNCTION', /^k(ret)?probe\/./, kprobe, 'kprobe'),
  row('kprobe.multi/PATTERN', /^k(ret)?probe\.multi\/./, kprobe, 'kprobe', { linux: '5.18' }),
  row('kprobe.session/PATTERN', /^kprobe\.session\/./, kprobe, 'kprobe', { libbpf: '1.5', linux: '6.10' }),
  row('ksyscall/NAME', /^k(ret)?syscall\/./, kprobe, 'kprobe'),
  row('uprobe/BINARY:SYMBOL', /^u(ret)?probe(\.s)?\/./, kprobe, 'uprobe'),
  row('uprobe.multi/BINARY:PATTERN', /^u(ret)?probe\.multi(\.s)?\/./, kprobe, 'uprobe', {
    libbpf: '1.3',
    linux: '6.6',
  }),
  row('uprobe.session/BINARY:PATTERN', /^uprobe\.session(\.s)?\/./, kprobe, 'uprobe', {
    libbpf: '1.6',
    linux: '6.13',
  }),
  row('usdt/BINARY:PROVIDER:NAME', /^usdt(\.s)?\/./, kprobe, 'uprobe'),
  row('tracepoint/CATEGORY/NAME', /^(tp|tracepoint)\/./, tracepoint, 'tracepoint'),
  row('raw_tp/NAME', /^(raw_tp|raw_tracepoint)(\.w)?\/./, rawTracepoint, 'raw tracepoint'),
  row('tp_btf/NAME', /^tp_btf\/./, tracing, 'raw tracepoint', {
    target: { what: 'tracepoint', prefix: 'btf_trace_', kind: btfKinds.typedef },
    linux: '5.5',
  }),
  row('fentry/FUNCTION', /^(fentry|fexit)(\.s)?\/./, tracing, 'function', {
    target: aFunction,
    linux: '5.5',
  }),
  row('fmod_ret/FUNCTION', /^fmod_ret(\.s)?\/./, tracing, 'function', { target: aFunction, linux: '5.7' }),
  row('lsm/HOOK', /^lsm(\.s)?\/./, lsm, 'function', {
    target: { what: 'security hook', prefix: 'bpf_lsm_', kind: btfKinds.function },
    linux: '5.7',
  }),
  nobody('iter/bpf_map_elem', /^iter(\.s)?\/(bpf_map_elem|bpf_sk_storage_map|sockmap)$/, tracing, {
    instead: 'it walks one map, which its section cannot name; iter/bpf_map walks all maps',
  }),
  row('iter/NAME', /^iter(\.s)?\/./, tracing, 'iterator', {
    target: { what: 'iterator', prefix: 'bpf_iter_', kind: btfKinds.function },
    linux: '5.8',
  }),
  {
    form: 'perf_event/type=T,config=C,frequency=F',
    pattern: /^perf_event\/./,
    type: perfEvent,
    attachType: 41, // BPF_PERF_EVENT
    attach: 'perf_event',
    hook: 'other',
  },
  {
    form: 'xdp/INTERFACE',
    pattern: /^xdp\/(?!devmap|cpumap)./,
    type: xdp,
    attachType: 37, // BPF_XDP
    attach: 'xdp',
    hook: 'other',
    linux: '5.9',
  },
  nobody('perf_event', /^perf_event\/?$/, perfEvent, {
    instead: 'it does not say which event: perf_event/type=1,config=0,frequency=99 samples the CPU clock',
  }),
  nobody('xdp', /^xdp(\.frags)?(\/.*)?$/, xdp, {
    instead: 'it does not say which interface: xdp/eth0 does',
  }),
  nobody('kprobe', /^(k|u)(ret)?(probe|syscall)(\.\w+)*\/?$/, kprobe, {
    instead: 'it does not say which function: kprobe/do_nanosleep or uprobe/libc.so.6:malloc does',
  }),
  nobody('usdt', /^usdt(\.s)?\/?$/, kprobe, {
    instead: 'it does not say which probe: usdt/BINARY:PROVIDER:NAME does',
  }),
  nobody('tracepoint', /^(tp|tracepoint|raw_tp|raw_tracepoint|tp_btf)(\.w)?\/?$/, rawTracepoint, {
    instead:
      'it does not say which tracepoint: tp_btf/sys_enter or tracepoint/syscalls/sys_enter_openat does',
  }),
  nobody('fentry', /^(fentry|fexit|fmod_ret|lsm|iter)(\.s)?\/?$/, tracing, {
    instead: 'it does not say which function: fentry/do_nanosleep or lsm/file_open does',
  }),
  nobody('freplace', /^freplace(\/.*)?$/, extension, {
    instead:
      'it replaces a function of another BPF program, which the exporter does not name; fentry watches one',
  }),
  nobody('struct_ops', /^struct_ops(\.s)?(\/.*)?$/, programTypes.structOps, {
    instead: 'it is a part of the kernel, not an observer of it; fentry and tp_btf observe',
  }),
  nobody('syscall', /^syscall$/, programTypes.syscall, {
    instead: 'it runs when user space calls it, and the exporter does not; iter/NAME runs before each scrape',
  }),
  nobody('netfilter', /^netfilter$/, programTypes.netfilter, {
    instead:
      'it decides on packets at a hook that its section does not name; tp_btf/netif_receive_skb sees them',
  }),
  nobody('tc', /^(tc|tcx|netkit|classifier|action)(\/.*)?$/, programTypes.schedCls, {
    instead:
      'it names no interface; xdp/eth0 sees what comes in there, tp_btf/netif_receive_skb and tp_btf/net_dev_queue all traffic',
  }),
  nobody('cgroup', /^(cgroup\w*|lsm_cgroup|sockops)(\/.*)?$/, programTypes.cgroupSkb, {
    instead:
      'it belongs to a cgroup, and its section names none; tracing programs see all of them and have bpf_get_current_cgroup_id()',
  }),
  nobody('socket', /^(socket|sk_\w+|flow_dissector|lwt_\w+|lirc_mode2)(\/.*)?$/, programTypes.socketFilter, {
    instead:
      'it belongs to a socket, a network namespace or a device that its section cannot name; tp_btf/netif_receive_skb sees packets, kprobe/ and fentry/ see functions of sockets',
  }),
];

function row(
  form: string,
  pattern: RegExp,
  type: number,
  hook: SectionKind['hook'],
  rest: Partial<SectionKind> = {},
): SectionKind {
  return { form, pattern, type, attach: 'libbpf', hook, ...rest };
}

function nobody(form: string, pattern: RegExp, type: number, { instead }: { instead: string }): SectionKind {
  return { form, pattern, type, attach: 'nobody', hook: 'other', instead };
}

export function sectionOf(text: string): Section {
  return { text, kind: sectionKinds.find(({ pattern }) => pattern.test(text)) };
}

/** What the kernel's BTF has to have for a section: `{what: 'tracepoint', name: 'sys_enter', type: 'btf_trace_sys_enter', kind: 8}`. */
export function targetOf({
  text,
  kind,
}: Section): { what: string; name: string; type: string; kind: number } | undefined {
  if (kind?.target === undefined) return undefined;
  const { what, prefix, kind: btfKind } = kind.target;
  const name = text.slice(text.indexOf('/') + 1).replace(/^\w+:/, ''); // fentry/MODULE:FUNCTION
  return { what, name, type: prefix + name, kind: btfKind };
}
