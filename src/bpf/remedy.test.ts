import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { ENOTSUPP } from '../native/errno.ts';
import type { MachineFacts } from './machine-facts.ts';
import { mapTypes } from './map-types.ts';
import { type Refusal, remedyFor } from './remedy.ts';
import { programTypes, sectionOf } from './sections.ts';

const { EPERM, EACCES, EAGAIN, EBUSY, EINVAL, ENOENT, EOPNOTSUPP } = constants.errno;

const fullMachine: MachineFacts = {
  capabilities: 0x1ffffffffffn,
  hasBtf: true,
  hasKprobes: true,
  hasFunctionTracer: true,
  tracefs: 'mounted',
  linux: '6.18',
};
const refusal: Refusal = {
  operation: 'load',
  errno: EINVAL,
  section: undefined,
  types: [programTypes.tracing],
  typeSupported: true,
  map: undefined,
  findings: [],
  verified: false,
};

type Case = {
  it: string;
  refusal?: Partial<Refusal>;
  facts?: Partial<MachineFacts>;
  remedy: RegExp | undefined;
};

const bpf = 1n << 39n;
const perfmon = 1n << 38n;
const sysAdmin = 1n << 21n;
const netAdmin = 1n << 12n;
const attach = (section: string, errno: number): Partial<Refusal> => ({
  operation: 'attach',
  errno,
  section: sectionOf(section),
});
const load = (section: string, errno: number): Partial<Refusal> => ({
  errno,
  section: sectionOf(section),
  types: [sectionOf(section).kind?.type ?? 0],
});
const hash = { type: mapTypes.hash, keySize: 4, valueSize: 8, maxEntries: 16 };

const table: readonly Case[] = [
  {
    it: 'a tracing program without capabilities',
    refusal: { errno: EPERM },
    facts: { capabilities: 0n },
    remedy:
      /^CAP_BPF and CAP_PERFMON are missing: run as root, or grant them \(AmbientCapabilities=CAP_BPF CAP_PERFMON /,
  },
  {
    it: 'a tracing program with bpf and net_admin',
    refusal: { errno: EPERM },
    facts: { capabilities: bpf | netAdmin },
    remedy: /^CAP_PERFMON is missing/,
  },
  {
    it: 'an XDP program with bpf and perfmon',
    refusal: load('xdp/lo', EPERM),
    facts: { capabilities: bpf | perfmon },
    remedy: /^CAP_NET_ADMIN is missing/,
  },
  {
    it: 'an XDP program with sys_admin, which does not stand for net_admin',
    refusal: load('xdp/lo', EPERM),
    facts: { capabilities: sysAdmin },
    remedy: /^CAP_NET_ADMIN is missing/,
  },
  {
    it: 'an object of XDP and tracing programs without capabilities',
    refusal: { errno: EPERM, types: [programTypes.xdp, programTypes.kprobe] },
    facts: { capabilities: 0n },
    remedy: /^CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN are missing/,
  },
  {
    it: 'a Linux before CAP_BPF',
    refusal: { errno: EPERM },
    facts: { capabilities: 0n, linux: '5.7' },
    remedy: /^CAP_SYS_ADMIN is missing/,
  },
  {
    it: 'EPERM with sys_admin',
    refusal: { errno: EPERM },
    facts: { capabilities: sysAdmin },
    remedy: undefined,
  },
  {
    it: 'EPERM of root where BPF is locked memory',
    refusal: { errno: EPERM },
    facts: { linux: '5.10' },
    remedy: /LimitMEMLOCK/,
  },
  { it: 'EINVAL without capabilities', facts: { capabilities: 0n }, remedy: undefined },
  {
    it: 'what the verifier refuses without capabilities',
    refusal: { errno: EACCES, verified: true },
    facts: { capabilities: bpf },
    remedy: undefined,
  },
  {
    it: 'what the verifier refuses for lack of a capability',
    refusal: { errno: EACCES, verified: true, findings: [{ kind: 'address leak' }] },
    facts: { capabilities: bpf },
    remedy: /^CAP_PERFMON is missing/,
  },
  {
    it: 'a uprobe with bpf and perfmon',
    refusal: { ...attach('uprobe/libc.so.6:malloc', EACCES), findings: [{ kind: 'no perf event' }] },
    facts: { capabilities: bpf | perfmon },
    remedy: /^CAP_SYS_ADMIN is missing/,
  },
  {
    it: 'the file of a uprobe that may not be read',
    refusal: attach('uprobe//root/x:main', EACCES),
    facts: { capabilities: bpf },
    remedy: undefined,
  },
  {
    it: 'an XDP attachment with bpf',
    refusal: attach('xdp/lo', EPERM),
    facts: { capabilities: bpf },
    remedy: /^CAP_NET_ADMIN is missing/,
  },
  {
    it: 'fentry that is refused to root',
    refusal: load('fentry/do_nanosleep', EPERM),
    remedy: /^this kernel refuses fentry programs, .* use kprobe\/FUNCTION, or a tracepoint/,
  },
  {
    it: 'fentry that is refused where there are no kprobes',
    refusal: load('fentry.s/do_nanosleep', EPERM),
    facts: { hasKprobes: false },
    remedy: /^this kernel refuses fentry\.s programs, .* use a tracepoint/,
  },
  {
    it: 'fentry without the function tracer',
    refusal: load('fexit/do_nanosleep', ENOTSUPP),
    facts: { hasFunctionTracer: false },
    remedy: /CONFIG_FUNCTION_TRACER/,
  },
  {
    it: 'fentry that the verifier refuses, without the function tracer',
    refusal: { ...load('fentry/do_nanosleep', EINVAL), verified: true },
    facts: { hasFunctionTracer: false },
    remedy: undefined,
  },
  {
    it: 'a type that the kernel does not have',
    refusal: { typeSupported: false },
    remedy: /^programs of this type are not in this kernel/,
  },
  {
    it: 'a program that the verifier read, whatever the probe of its type says',
    refusal: { typeSupported: false, verified: true },
    remedy: undefined,
  },
  {
    it: 'a verifier that signals interrupt, and that says nothing of the type then',
    refusal: { errno: EAGAIN, typeSupported: false },
    remedy: /^signals interrupted/,
  },
  {
    it: 'no BTF where it is asked for',
    refusal: { findings: [{ kind: 'no kernel BTF' }] },
    facts: { hasBtf: false },
    remedy: /--btf\.path/,
  },
  { it: 'no BTF where it is not asked for', facts: { hasBtf: false }, remedy: undefined },
  {
    it: 'a function that BTF does not have',
    refusal: { findings: [{ kind: 'no target', name: 'do_unlinkatt' }] },
    remedy: /^do_unlinkatt is not in this kernel: it was renamed, inlined/,
  },
  {
    it: 'kprobes without the function tracer',
    refusal: attach('kprobe/do_nanosleep', EINVAL),
    facts: { hasFunctionTracer: false },
    remedy: undefined,
  },
  {
    it: 'kretprobes where there are none',
    refusal: attach('kretprobe/do_nanosleep', ENOENT),
    facts: { hasKprobes: false },
    remedy: /CONFIG_KPROBES.*tp_btf/,
  },
  {
    it: 'kretsyscall where there are no kprobes',
    refusal: attach('kretsyscall/openat', ENOENT),
    facts: { hasKprobes: false },
    remedy: /use tracepoint\/syscalls\/sys_exit_openat or tp_btf\/sys_exit$/,
  },
  {
    it: 'kprobe.multi where there are no kprobes',
    refusal: attach('kprobe.multi/do_*', EOPNOTSUPP),
    facts: { hasKprobes: false },
    remedy: /CONFIG_KPROBES/,
  },
  {
    it: 'kprobe.multi where there are kprobes',
    refusal: attach('kprobe.multi/do_*', EOPNOTSUPP),
    remedy: /CONFIG_FPROBE/,
  },
  {
    it: 'a tracepoint without tracefs',
    refusal: attach('tp/sched/sched_switch', ENOENT),
    facts: { tracefs: 'absent' },
    remedy: /mount -t tracefs/,
  },
  {
    it: 'a tracepoint in a tracefs that is closed to us',
    refusal: attach('tp/sched/sched_switch', EACCES),
    facts: { tracefs: 'hidden' },
    remedy: /CAP_DAC_READ_SEARCH/,
  },
  {
    it: 'a tracepoint that there is not',
    refusal: attach('tracepoint/sched/sched_swich', ENOENT),
    remedy: /^the function or tracepoint is not in this kernel/,
  },
  {
    it: 'a raw tracepoint that there is not',
    refusal: attach('raw_tp/sched_swich', ENOENT),
    remedy: /^the function or tracepoint is not in this kernel/,
  },
  {
    it: 'a uprobe that there is not',
    refusal: attach('uprobe/bash:readlin', ENOENT),
    remedy: undefined,
  },
  {
    it: 'a second XDP program',
    refusal: attach('xdp/eth0', EBUSY),
    remedy: /one XDP program at a time/,
  },
  {
    it: 'a hardware counter that there is not',
    refusal: attach('perf_event/type=0,config=0,frequency=9', ENOENT),
    remedy: /virtual machines often lack hardware counters/,
  },
  {
    it: 'a perf event array without sizes',
    refusal: { map: { ...hash, type: mapTypes.perf_event_array, keySize: 0, valueSize: 0 } },
    remedy: /needs key_size 4 and value_size 4/,
  },
  { it: 'a map without entries', refusal: { map: { ...hash, maxEntries: 0 } }, remedy: /max_entries/ },
  {
    it: 'an array with another key than an index',
    refusal: { map: { ...hash, type: mapTypes.array, keySize: 8 } },
    remedy: /a u32/,
  },
  { it: 'a map that is well defined', refusal: { map: hash }, remedy: undefined },
  {
    it: 'maps as they were before libbpf 1.0',
    refusal: { operation: 'open', errno: EOPNOTSUPP, findings: [{ kind: 'legacy maps' }] },
    remedy: /BTF maps/,
  },
  {
    it: 'an object without BTF',
    refusal: { operation: 'open', errno: ENOENT, findings: [{ kind: 'no object BTF' }] },
    remedy: /-g/,
  },
  {
    it: 'a function of a library',
    refusal: { operation: 'open', errno: ENOENT, findings: [{ kind: 'extern', name: 'memcmp' }] },
    remedy: /cannot call memcmp\(\) of a library/,
  },
  {
    it: 'a file that is no object',
    refusal: { operation: 'open', errno: 4001 },
    remedy: /clang -target bpf/,
  },
  { it: 'a file that is not there', refusal: { operation: 'open', errno: ENOENT }, remedy: undefined },
  {
    it: 'a field that the kernel lacks',
    refusal: { findings: [{ kind: 'no such field', type: 'struct request', field: 'rq_disk' }] },
    remedy: /^struct request of this kernel has no field rq_disk/,
  },
  {
    it: 'a type that the kernel lacks',
    refusal: { findings: [{ kind: 'no such type', type: 'struct requests', field: 'x' }] },
    remedy: /^this kernel has no struct requests/,
  },
  {
    it: 'a helper that there is not',
    refusal: { findings: [{ kind: 'unknown helper', name: 'unknown#211' }] },
    remedy: /^a BPF helper that the program calls \(unknown#211\)/,
  },
];

for (const { it, remedy, ...given } of table) {
  test(`${it}: ${remedy === undefined ? 'nothing is known' : 'what to do is said'}`, () => {
    const found = remedyFor({ ...refusal, ...given.refusal }, { ...fullMachine, ...given.facts });
    if (remedy === undefined) assert.equal(found, undefined);
    else assert.match(found ?? '', remedy);
  });
}
