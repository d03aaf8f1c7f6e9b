import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { programTypes, sectionKinds, sectionOf, targetOf } from './sections.ts';

const attached: readonly [section: string, form: string, attach: string][] = [
  ['kprobe/do_nanosleep', 'kprobe/FUNCTION', 'libbpf'],
  ['kretprobe/do_nanosleep+8', 'kprobe/FUNCTION', 'libbpf'],
  ['kprobe.multi/tcp_*', 'kprobe.multi/PATTERN', 'libbpf'],
  ['kretsyscall/openat', 'ksyscall/NAME', 'libbpf'],
  ['uprobe/libc.so.6:malloc', 'uprobe/BINARY:SYMBOL', 'libbpf'],
  ['uretprobe.s/libc.so.6:malloc', 'uprobe/BINARY:SYMBOL', 'libbpf'],
  ['uprobe//proc/self/exe:post_attach_mark', 'uprobe//proc/self/exe:post_attach_mark', 'post_attach_mark'],
  ['usdt/libc.so.6:libc:setjmp', 'usdt/BINARY:PROVIDER:NAME', 'libbpf'],
  ['tp/sched/sched_switch', 'tracepoint/CATEGORY/NAME', 'libbpf'],
  ['raw_tracepoint.w/sys_enter', 'raw_tp/NAME', 'libbpf'],
  ['lsm.s/file_open', 'lsm/HOOK', 'libbpf'],
  ['iter/task', 'iter/NAME', 'libbpf'],
  ['xdp/eth0', 'xdp/INTERFACE', 'xdp'],
  ['perf_event/type=0,config=0,frequency=99', 'perf_event/type=T,config=C,frequency=F', 'perf_event'],
];
for (const [section, form, attach] of attached) {
  test(`${section} is a ${form}`, () => {
    const { kind } = sectionOf(section);
    assert.deepEqual([kind?.form, kind?.attach], [form, attach]);
  });
}

describe('says what to write instead of', () => {
  for (const section of [
    ...['xdp', 'xdp/', 'xdp/devmap', 'xdp/cpumap', 'xdp.frags/eth0', 'perf_event', 'perf_event/', 'kprobe'],
    ...['uprobe.s', 'ksyscall/', 'tp', 'tp_btf/', 'raw_tp', 'fentry', 'fexit.s', 'lsm/', 'iter', 'usdt'],
    ...[
      'freplace/x',
      'struct_ops/x',
      'syscall',
      'netfilter',
      'tc',
      'tc/ingress',
      'tcx/egress',
      'netkit/peer',
    ],
    ...['classifier', 'action', 'cgroup_skb/egress', 'cgroup/skb', 'lsm_cgroup/x', 'sockops', 'socket'],
    ...['sk_msg', 'sk_skb/stream_verdict', 'flow_dissector', 'lwt_in', 'lirc_mode2', 'iter/bpf_map_elem'],
  ]) {
    test(section, () => {
      const { kind } = sectionOf(section);
      assert.equal(kind?.attach, 'nobody');
      assert.match(kind?.instead ?? '', /\w/);
    });
  }
});

test('what is in no table has no kind', () => assert.equal(sectionOf('nonsense/x').kind, undefined));

test('types are set where libbpf has no row for the section', () => {
  const ours = sectionKinds.filter(({ attachType }) => attachType !== undefined);
  assert.deepEqual(
    ours.map(({ type, attachType }) => [type, attachType]),
    [
      [programTypes.perfEvent, 41],
      [programTypes.xdp, 37],
    ],
  );
});

const targets: readonly [section: string, target: ReturnType<typeof targetOf>][] = [
  ['tp_btf/sys_enter', { what: 'tracepoint', name: 'sys_enter', type: 'btf_trace_sys_enter', kind: 8 }],
  ['fentry/vfs_read', { what: 'function', name: 'vfs_read', type: 'vfs_read', kind: 12 }],
  ['fexit.s/xfs:xfs_read', { what: 'function', name: 'xfs_read', type: 'xfs_read', kind: 12 }],
  ['lsm/file_open', { what: 'security hook', name: 'file_open', type: 'bpf_lsm_file_open', kind: 12 }],
  ['iter/task_file', { what: 'iterator', name: 'task_file', type: 'bpf_iter_task_file', kind: 12 }],
  ['kprobe/vfs_read', undefined],
  ['nonsense/x', undefined],
];
for (const [section, target] of targets) {
  test(`${section} asks the kernel's BTF for ${target?.type ?? 'nothing'}`, () =>
    assert.deepEqual(targetOf(sectionOf(section)), target));
}
