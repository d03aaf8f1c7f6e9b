import { ExporterError } from '../errors.ts';
import { describeErrno } from '../native/errno.ts';
import type { Native } from '../native/library.ts';

/** Numbers of a system call on x86_64 and arm64; undefined where an architecture has none. */
type Numbers = readonly [x64: number | undefined, arm64: number | undefined];

/** What an exporter that only serves never asks for, and what whoever took it over would. */
const refusedCalls: Readonly<Record<string, Numbers>> = {
  acct: [163, 89],
  add_key: [248, 217],
  adjtimex: [159, 171],
  chroot: [161, 51],
  clock_adjtime: [305, 266],
  clock_settime: [227, 112],
  delete_module: [176, 106],
  execve: [59, 221],
  execveat: [322, 281],
  finit_module: [313, 273],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  init_module: [175, 105],
  ioperm: [173, undefined],
  iopl: [172, undefined],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  open_tree: [428, 428],
  pivot_root: [155, 41],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  reboot: [169, 142],
  request_key: [249, 218],
  setdomainname: [171, 162],
  sethostname: [170, 161],
  setns: [308, 268],
  settimeofday: [164, 170],
  swapoff: [168, 225],
  swapon: [167, 224],
  umount2: [166, 39],
  unshare: [272, 97],
  userfaultfd: [323, 282],
};

const bpfCall: Numbers = [321, 280];

/** Commands of bpf(2) that reading maps and programs takes (`enum bpf_cmd`, include/uapi/linux/bpf.h). */
const readingCommands: Readonly<Record<string, number>> = {
  BPF_MAP_LOOKUP_ELEM: 1,
  BPF_MAP_UPDATE_ELEM: 2,
  BPF_MAP_DELETE_ELEM: 3,
  BPF_MAP_GET_NEXT_KEY: 4,
  BPF_OBJ_GET_INFO_BY_FD: 15,
  BPF_MAP_LOOKUP_AND_DELETE_ELEM: 21,
  BPF_MAP_LOOKUP_BATCH: 24,
  BPF_MAP_LOOKUP_AND_DELETE_BATCH: 25,
  BPF_MAP_UPDATE_BATCH: 26,
  BPF_MAP_DELETE_BATCH: 27,
  BPF_ITER_CREATE: 33,
};

// struct sock_filter and seccomp_data (include/uapi/linux/filter.h, seccomp.h)
const loadWord = 0x20;
const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const answer = 0x06;
const allow = 0x7fff0000;
const refuse = 0x00050000 | 1; // SECCOMP_RET_ERRNO with EPERM: never a kill
const numberAt = 0;
const architectureAt = 4;
const firstArgumentAt = 16;
/** AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64. */
const architectures = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
/** From here on x86_64 has the numbers of its x32 calls. */
const firstX32Call = 0x40000000;

const syscallNumber = { x64: 317, arm64: 277 } as const;
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_TSYNC = 1;

type Architecture = keyof typeof architectures;

/**
 * Has the kernel refuse, with EPERM and for every thread, what serving does not need: loading BPF programs, mounting,
 * tracing, running other programs. Needs no_new_privs or CAP_SYS_ADMIN. Cannot be undone. `loading`: bpf(2) stays whole.
 * Throws `privileges`.
 */
export function restrictSystemCalls(native: Native, { loading }: { loading: boolean }): void {
  const { arch } = process;
  if (arch !== 'x64' && arch !== 'arm64') return;
  const filter = systemCallFilter(arch, { loading });
  const program = Buffer.alloc(16); // struct sock_fprog
  program.writeUInt16LE(filter.length / 8, 0);
  program.writeBigUInt64LE(native.addressOf(filter), 8);
  const result = native.c.syscall$seccomp(
    syscallNumber[arch],
    SECCOMP_SET_MODE_FILTER,
    SECCOMP_FILTER_FLAG_TSYNC,
    program,
  );
  if (result !== 0) {
    const reason = result > 0 ? `thread ${result} has another filter` : describeErrno(native.errno());
    throw new ExporterError(
      'privileges',
      `Cannot restrict system calls: ${reason}; --no-seccomp goes without`,
    );
  }
}

/** The filter as an array of `struct sock_filter`. */
export function systemCallFilter(arch: Architecture, { loading }: { loading: boolean }): Buffer {
  const place = arch === 'x64' ? 0 : 1;
  const refused = Object.values(refusedCalls).flatMap((numbers) => numbers[place] ?? []);
  const commands = Object.values(readingCommands);
  const code: [code: number, ifTrue: string | number, ifFalse: string | number, value: number][] = [
    [loadWord, 0, 0, architectureAt],
    [jumpIfEqual, 0, 'refuse', architectures[arch]],
    [loadWord, 0, 0, numberAt],
    [jumpIfAtLeast, 'refuse', 0, firstX32Call],
    ...refused.map((number): (typeof code)[number] => [jumpIfEqual, 'refuse', 0, number]),
    [jumpIfEqual, loading ? 'allow' : 0, 'allow', bpfCall[place]!],
    [loadWord, 0, 0, firstArgumentAt],
    ...commands.map((command): (typeof code)[number] => [jumpIfEqual, 'allow', 0, command]),
  ];
  const targets: Readonly<Record<string, number>> = { refuse: code.length, allow: code.length + 1 };
  code.push([answer, 0, 0, refuse], [answer, 0, 0, allow]);
  const filter = Buffer.alloc(code.length * 8);
  for (const [at, [operation, ifTrue, ifFalse, value]] of code.entries()) {
    const jump = (to: string | number): number => (typeof to === 'number' ? to : targets[to]! - at - 1);
    filter.writeUInt16LE(operation, at * 8);
    filter.writeUInt8(jump(ifTrue), at * 8 + 2);
    filter.writeUInt8(jump(ifFalse), at * 8 + 3);
    filter.writeUInt32LE(value, at * 8 + 4);
  }
  return filter;
}
