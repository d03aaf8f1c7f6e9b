import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeNative } from '../native/native-testing.ts';
import type { KernelTypes } from './kernel-types.ts';
import { missingTarget, reasonToLeaveOut } from './leave-out.ts';
import { programTypes, sectionOf } from './sections.ts';

const { unspecified, kprobe, tracing, schedCls, lsm } = programTypes;
const native = fakeNative({ bpf: { libbpf_version_string: () => 'v1.1' } });
const types: KernelTypes = {
  has: (name, kind) =>
    ['btf_trace_sys_enter 8', 'vfs_read 12', 'bpf_iter_task 12'].includes(`${name} ${kind}`),
  close() {},
};

const table: readonly [section: string, type: number, reason: RegExp | undefined][] = [
  ['tp_btf/sys_enter', tracing, undefined],
  ['fentry/vfs_read', tracing, undefined],
  ['iter/task', tracing, undefined],
  ['kprobe/no_such', kprobe, undefined],
  ['tp_btf/vfs_read', tracing, /^the tracepoint vfs_read is not in this kernel/],
  ['fexit/do_unlinkatt', tracing, /^the function do_unlinkatt is not in this kernel/],
  ['lsm/file_opened', lsm, /^the security hook file_opened is not in this kernel/],
  ['iter/tasks', tracing, /^the iterator tasks is not in this kernel/],
  [
    'uprobe.multi/libc.so.6:malloc',
    unspecified,
    /^this section needs libbpf 1\.3 or newer, which --libbpf\.path can name, and Linux 6\.6; this is libbpf v1\.1$/,
  ],
  ['uprobe.multi/libc.so.6:malloc', kprobe, undefined],
  ['nonsense/x', unspecified, /^libbpf does not know this section \(this is libbpf v1\.1\)/],
  ['tcx/ingress', unspecified, /^it names no interface/],
  ['tc', schedCls, /^it names no interface/],
  ['tp_btf', tracing, /^it does not say which tracepoint/],
  // Another program of the object may call it as its tail.
  ['kprobe', kprobe, undefined],
];
for (const [section, type, reason] of table) {
  test(`${section} of type ${type} is ${reason === undefined ? 'tried' : 'left out'}`, () => {
    const found =
      reasonToLeaveOut({ section: sectionOf(section), type }, native) ??
      missingTarget(sectionOf(section), () => types);
    if (reason === undefined) assert.equal(found, undefined);
    else assert.match(found ?? '', reason);
  });
}

test("without the kernel's BTF, what is found by it is left out", () => {
  const reason = (section: string): string | undefined => missingTarget(sectionOf(section), () => undefined);
  assert.match(reason('fentry/vfs_read') ?? '', /^this kernel has no BTF/);
  assert.equal(reason('kprobe/vfs_read'), undefined);
});
