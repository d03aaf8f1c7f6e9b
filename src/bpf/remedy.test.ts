import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeRoot } from '../kernel/root-testing.ts';
import { type MachineFacts, type Refusal, readMachineFacts, remedyFor } from './remedy.ts';

const fullMachine: MachineFacts = {
  capabilities: 0x1ffffffffffn,
  hasBtf: true,
  hasKprobes: true,
  hasFunctionTracer: true,
  hasTracefs: true,
};
const refusal: Refusal = {
  errno: 'EINVAL (invalid argument)',
  section: undefined,
  typeSupported: true,
  log: '',
};

type Case = {
  it: string;
  refusal?: Partial<Refusal>;
  facts?: Partial<MachineFacts>;
  remedy: RegExp | undefined;
};

const capSysAdmin = 1n << 21n;
const capBpf = 1n << 39n;
const eperm = 'EPERM (operation not permitted)';
const enoent = 'ENOENT (no such file or directory)';
const notInKernel = /^the function or tracepoint is not in this kernel/;

const table: readonly Case[] = [
  {
    it: 'EPERM without capabilities',
    refusal: { errno: eperm },
    facts: { capabilities: 0n },
    remedy: /^CAP_BPF and CAP_PERFMON are missing/,
  },
  {
    it: 'EACCES without capabilities',
    refusal: { errno: 'EACCES (permission denied)' },
    facts: { capabilities: 1n },
    remedy: /^CAP_BPF/,
  },
  { it: 'EPERM with CAP_BPF', refusal: { errno: eperm }, facts: { capabilities: capBpf }, remedy: undefined },
  {
    it: 'EPERM with CAP_SYS_ADMIN',
    refusal: { errno: eperm },
    facts: { capabilities: capSysAdmin },
    remedy: undefined,
  },
  { it: 'EINVAL without capabilities', facts: { capabilities: 0n }, remedy: undefined },
  {
    it: 'a type that the kernel does not have',
    refusal: { typeSupported: false },
    remedy: /^programs of this type are not in this kernel/,
  },
  {
    it: 'a verifier that signals interrupt, and that says nothing of the type then',
    refusal: { errno: 'EAGAIN (resource temporarily unavailable)', typeSupported: false },
    remedy: /^signals interrupted/,
  },
  {
    it: 'no BTF where it is asked for',
    refusal: { log: 'failed to find valid kernel BTF' },
    facts: { hasBtf: false },
    remedy: /--btf\.path/,
  },
  { it: 'no BTF where it is not asked for', facts: { hasBtf: false }, remedy: undefined },
  {
    it: 'a function that BTF does not have',
    refusal: { log: "libbpf: failed to find kernel BTF type ID of 'do_unlinkatt': -3" },
    remedy: notInKernel,
  },
  {
    it: 'fentry without the function tracer',
    refusal: { section: 'fentry/do_nanosleep' },
    facts: { hasFunctionTracer: false },
    remedy: /CONFIG_FUNCTION_TRACER/,
  },
  {
    it: 'kprobes without the function tracer',
    refusal: { section: 'kprobe/do_nanosleep' },
    facts: { hasFunctionTracer: false },
    remedy: undefined,
  },
  {
    it: 'kretprobes where there are none',
    refusal: { section: 'kretprobe/do_nanosleep' },
    facts: { hasKprobes: false },
    remedy: /CONFIG_KPROBES/,
  },
  {
    it: 'kprobe.multi where there are no kprobes',
    refusal: { section: 'kprobe.multi/do_*' },
    facts: { hasKprobes: false },
    remedy: /CONFIG_KPROBES/,
  },
  {
    it: 'a tracepoint without tracefs',
    refusal: { section: 'tp/sched/sched_switch', errno: enoent },
    facts: { hasTracefs: false },
    remedy: /mount -t tracefs/,
  },
  {
    it: 'a tracepoint that there is not',
    refusal: { section: 'tracepoint/sched/sched_swich', errno: enoent },
    remedy: notInKernel,
  },
  {
    it: 'a raw tracepoint that there is not',
    refusal: { section: 'raw_tp/sched_swich', errno: enoent },
    remedy: notInKernel,
  },
  {
    it: 'a uprobe that there is not',
    refusal: { section: 'uprobe/bash:readlin', errno: enoent },
    remedy: undefined,
  },
  { it: 'a helper that there is not', refusal: { log: 'invalid func unknown#211' }, remedy: /^a BPF helper/ },
];

for (const { it, remedy, ...given } of table) {
  test(`${it}: ${remedy === undefined ? 'nothing is known' : 'what to do is said'}`, () => {
    const found = remedyFor({ ...refusal, ...given.refusal }, { ...fullMachine, ...given.facts });
    if (remedy === undefined) assert.equal(found, undefined);
    else assert.match(found ?? '', remedy);
  });
}

test('facts are read below a root', () => {
  const bare = fakeRoot({ 'proc/self/status': 'Name:\tnode\nCapPrm:\tff\nCapEff:\t000001ffffffffff\n' });
  assert.deepEqual(readMachineFacts(bare.path), {
    capabilities: 0x1ffffffffffn,
    hasBtf: false,
    hasKprobes: false,
    hasFunctionTracer: false,
    hasTracefs: false,
  });
  const full = fakeRoot({
    'proc/self/status': 'CapEff:\t0000000000000000\n',
    'sys/kernel/btf/vmlinux': '',
    'sys/bus/event_source/devices/kprobe/type': '8',
    'sys/kernel/debug/tracing/available_filter_functions': '',
    'sys/kernel/tracing/events/enable': '0',
  });
  assert.deepEqual(readMachineFacts(full.path), { ...fullMachine, capabilities: 0n });
});
