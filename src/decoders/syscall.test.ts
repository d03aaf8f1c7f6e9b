import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDecoder } from './decoder-testing.ts';
import { syscall } from './syscall.ts';

const unknown = (number: number): string => `unknown_syscall:${number}`;

const names: readonly [number, x64: string, arm64: string][] = [
  [0, 'read', 'io_setup'],
  [17, 'pread64', 'getcwd'],
  [38, 'setitimer', 'renameat'],
  [39, 'getpid', 'umount2'],
  [62, 'kill', 'lseek'],
  [63, 'uname', 'read'],
  [67, 'shmdt', 'pread64'],
  [79, 'getcwd', 'newfstatat'],
  [84, 'rmdir', 'sync_file_range'],
  [163, 'acct', 'getrlimit'],
  [172, 'iopl', 'getpid'],
  [222, 'timer_create', 'mmap'],
  [223, 'timer_settime', 'fadvise64'],
  [244, 'mq_notify', unknown(244)],
  [262, 'newfstatat', 'fanotify_init'],
  [321, 'bpf', unknown(321)],
  [336, 'uprobe', unknown(336)],
  [400, unknown(400), unknown(400)],
  [424, 'pidfd_send_signal', 'pidfd_send_signal'],
  [435, 'clone3', 'clone3'],
  [447, 'memfd_secret', 'memfd_secret'],
  [450, 'set_mempolicy_home_node', 'set_mempolicy_home_node'],
  [453, 'map_shadow_stack', 'map_shadow_stack'],
  [469, 'file_setattr', 'file_setattr'],
  [512, unknown(512), unknown(512)],
];

for (const [number, x64, arm64] of names) {
  test(`syscall names ${number}: ${x64} on x86_64, ${arm64} on arm64`, () => {
    assert.equal(decode('x64', String(number)), x64);
    assert.equal(decode('arm64', String(number)), arm64);
  });
}

test('syscall knows no names on another architecture', () => {
  assert.equal(decode('s390x', '1'), unknown(1));
});

testDecoder('syscall', [
  { it: 'marks a negative number', input: '-1', gives: 'unknown_syscall:-1' },
  {
    it: 'marks what is no index',
    input: '18446744073709551615',
    gives: 'unknown_syscall:18446744073709551615',
  },
  { it: 'refuses a text', input: 'read', fails: 'syscall needs a decimal number, got "read"' },
]);

function decode(architecture: NodeJS.Architecture, text: string): unknown {
  const step = syscall(architecture);
  assert.equal(step.takes, 'text');
  return step.decode(text, { restsOn: 0 });
}
