import { amd64, architectureOf } from './architectures.ts';

/** Variables of every job. Nothing of the host's: two machines run the same. */
export const guestEnvironment: Readonly<Record<string, string>> = {
  HOME: '/root',
  LANG: 'C.UTF-8',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

/** What the kernel suite may rely on, in its own names of requirements (test/kernel/support/requirements.ts). */
const promised = [
  'root',
  'btf',
  'clang',
  'bpftool',
  'setpriv',
  'dd',
  'nsenter',
  'unshare',
  'containerd',
  'kprobe',
  'ftrace',
  'lsm',
  'cgroup2',
  'disk',
];

/** Promised where the kernel has them. Debian's 6.1 has no CONFIG_FPROBE. */
const promisedBesides: Readonly<Record<string, readonly string[]>> = { '6.12': ['kprobeMulti'] };

/** Variables of the kernel suite: a test that needs what is promised fails where it is absent, instead of being skipped. */
export function suiteEnvironment(series: string): Readonly<Record<string, string>> {
  const names = [...promised, ...(promisedBesides[series] ?? [])];
  // What the set-up takes apart is for this machine's architecture.
  const had = names.filter((name) => name !== 'containerd' || architectureOf(series) === amd64);
  return {
    ...guestEnvironment,
    KERNEL_TESTS_REQUIRE: had.join(','),
    KERNEL_TESTS_EMULATED: '1',
    ...(process.env.KERNEL_TESTS_SLOW ? { KERNEL_TESTS_SLOW: '1' } : {}),
    KERNEL_TESTS_DISK: '/dev/vda',
  };
}
