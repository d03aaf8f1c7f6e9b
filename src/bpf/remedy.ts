import { constants } from 'node:os';
import { ENOTSUPP } from '../native/errno.ts';
import type { Finding } from './libbpf-says.ts';
import type { MachineFacts } from './machine-facts.ts';
import { mapTypes } from './map-types.ts';
import { type Capability, capabilitiesToLoad, missingFrom } from './needed-capabilities.ts';
import type { Section } from './sections.ts';

const { EPERM, EACCES, EAGAIN, EBUSY, EINVAL, ENOENT, EOPNOTSUPP } = constants.errno;

/** A refusal of libbpf or the kernel, in numbers and names. */
export type Refusal = {
  readonly operation: 'open' | 'load' | 'attach';
  readonly errno: number;
  /** The section of the program concerned, where there is one. */
  readonly section: Section | undefined;
  /** `enum bpf_prog_type` of the program concerned, or of all programs of the object. */
  readonly types: readonly number[];
  /** False when the kernel was asked for programs of this type and has none. */
  readonly typeSupported: boolean;
  /** The map concerned, as the object defines it. */
  readonly map: { type: number; keySize: number; valueSize: number; maxEntries: number } | undefined;
  readonly findings: readonly Finding[];
  /** The verifier read the program: what it says is the cause, and nothing about the machine is. */
  readonly verified: boolean;
};

type Rule = (refusal: Refusal, facts: MachineFacts) => string | undefined;

/** enum libbpf_errno (bpf/libbpf.h). */
const LIBBPF_ERRNO__LIBELF = 4000;
const LIBBPF_ERRNO__FORMAT = 4001;
const LIBBPF_ERRNO__ENDIAN = 4003;

const notThere = 'is not in this kernel: it was renamed, inlined or not compiled in';
const missingTarget = `the function or tracepoint ${notThere}`;

/** The object itself is at fault. */
const aboutTheObject: Rule = ({ errno, findings }) => {
  for (const finding of findings) {
    switch (finding.kind) {
      case 'legacy maps':
        return 'libbpf 1.0 dropped SEC("maps"): define them as BTF maps, struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, u32); ... } NAME SEC(".maps")';
      case 'no object BTF':
        return 'compile it with -g: maps and kernel types are described by the BTF that clang writes then';
      case 'extern':
        return `a BPF program cannot call ${finding.name}() of a library: it has its own functions, the helpers of <bpf/bpf_helpers.h>, and clang's __builtin_ functions with a constant size`;
      case 'no such field':
        return `${finding.type} of this kernel has no field ${finding.field}: ask bpf_core_field_exists() first, and read what the kernel has instead`;
      case 'no such type':
        return `this kernel has no ${finding.type}: ask bpf_core_type_exists() first, and do without`;
      case 'unknown helper':
        return `a BPF helper that the program calls (${finding.name}) is not in this kernel; a newer kernel has it`;
      case 'helper not for this type':
        return `${finding.name} cannot be called from a program of this section, or not on this kernel; docs/sections.md lists other sections`;
      case 'unchecked pointer':
        return 'the pointer may be NULL: compare it first, as in if (value) *value = 1';
      case 'endless':
        return 'a loop has no end that the verifier sees, or too far a one: bound it by a small constant';
      case 'off the stack':
        return 'an index may leave the array on the stack: compare it with the size, or mask it, right before its use';
      case 'wrong argument':
        return 'an argument of that helper is of another kind than it takes: man 7 bpf-helpers describes them';
      case 'not GPL':
        return 'the helper is for GPL programs: char LICENSE[] SEC("license") = "GPL"';
    }
  }
  if (errno === LIBBPF_ERRNO__ENDIAN) return 'compile it for the byte order of this machine: -target bpf';
  if (errno === LIBBPF_ERRNO__LIBELF || errno === LIBBPF_ERRNO__FORMAT) {
    return 'an ELF object made by clang -target bpf is needed';
  }
  return undefined;
};

/** How a map is defined. */
const aboutTheMap: Rule = ({ errno, map }) =>
  map === undefined || errno !== EINVAL ? undefined : mapRemedy(map);

/** What a map's definition lacks that every kernel wants; undefined when nothing is known to be wrong. */
export function mapRemedy(map: NonNullable<Refusal['map']>): string | undefined {
  const { type, keySize, valueSize, maxEntries } = map;
  if (type === mapTypes.perf_event_array && (keySize !== 4 || valueSize !== 4)) {
    return 'a perf event array needs key_size 4 and value_size 4: __uint(key_size, 4); __uint(value_size, 4)';
  }
  if (maxEntries === 0) return 'it has max_entries 0: __uint(max_entries, 1024), say, is needed';
  if (keySize !== 4 && (type === mapTypes.array || type === mapTypes.percpu_array)) {
    return 'the key of an array is its index, a u32: __type(key, u32)';
  }
  return undefined;
}

/** Who we are. */
const aboutCapabilities: Rule = ({ operation, errno, section, types, findings, verified }, facts) => {
  if (errno !== EPERM && errno !== EACCES) return undefined;
  const found = (kind: Finding['kind']): boolean => findings.some((finding) => finding.kind === kind);
  const old = isOlder(facts.linux, '5.8');
  let needed: readonly Capability[] = [];
  if (operation === 'load') {
    if (!verified) needed = capabilitiesToLoad(types);
    else if (found('address leak')) needed = ['CAP_PERFMON'];
  } else if (operation === 'attach') {
    if (section?.kind?.attach === 'xdp') needed = ['CAP_NET_ADMIN'];
    // `perf_uprobe_event_init` asks for it, in Linux 6.18 too, where kprobes and tracepoints are content with less.
    else if (section?.kind?.hook === 'uprobe') needed = found('no perf event') ? ['CAP_SYS_ADMIN'] : [];
    else needed = ['CAP_PERFMON'];
  }
  if (old) needed = needed.length === 0 ? [] : ['CAP_SYS_ADMIN'];
  const missing = missingFrom(facts.capabilities, needed);
  if (missing.length > 0) {
    return `${list(missing)} ${missing.length === 1 ? 'is' : 'are'} missing: run as root, or grant ${missing.length === 1 ? 'it' : 'them'} (AmbientCapabilities=${missing.join(' ')} in a unit of systemd)`;
  }
  if (operation === 'load' && !verified && isOlder(facts.linux, '5.11')) {
    return 'before Linux 5.11 what BPF takes counts as locked memory: raise the limit (LimitMEMLOCK=infinity, ulimit -l unlimited)';
  }
  return undefined;
};

/** What this kernel was built with. */
const aboutTheKernel: Rule = (refusal, facts) => {
  const { errno, section, findings, verified, typeSupported } = refusal;
  const hook = section?.kind?.hook;
  if (!facts.hasBtf && findings.some(({ kind }) => kind === 'no kernel BTF' || kind === 'no target')) {
    return 'this kernel has no BTF at /sys/kernel/btf/vmlinux: use a kernel with CONFIG_DEBUG_INFO_BTF, or give its BTF with --btf.path';
  }
  const target = findings.find((finding) => finding.kind === 'no target');
  if (target !== undefined) return `${target.name === '' ? 'its target' : target.name} ${notThere}`;
  if (verified) return undefined;
  if (errno === EAGAIN) {
    // The verifier gives up when a signal is pending; libbpf tries again some times.
    return 'signals interrupted the verifier again and again: stop the profiler or timer that sends them';
  }
  const instead = facts.hasKprobes
    ? 'kprobe/FUNCTION, or a tracepoint (tp_btf/NAME, raw_tp/NAME)'
    : 'a tracepoint (tp_btf/NAME, raw_tp/NAME)';
  if (hook === 'function' && errno === EPERM) {
    return `this kernel refuses ${section!.text.split('/')[0]} programs, and capabilities do not change that: use ${instead}`;
  }
  if (hook === 'function' && !facts.hasFunctionTracer && [EINVAL, ENOTSUPP, EOPNOTSUPP].includes(errno)) {
    return `this kernel has no function tracer (CONFIG_FUNCTION_TRACER), or tracefs is not mounted: use ${instead}`;
  }
  if (!typeSupported) {
    return 'programs of this type are not in this kernel: a newer one, or one with more of CONFIG_BPF, is needed';
  }
  return undefined;
};

/** What the section names, and by what the kernel finds that. */
const aboutTheEvent: Rule = ({ operation, errno, section }, facts) => {
  if (operation !== 'attach' || section === undefined) return undefined;
  const { text } = section;
  const hook = section.kind?.hook;
  if (hook === 'kprobe' && !facts.hasKprobes) {
    const [, returns, call] = /^k(ret)?syscall\/(.*)/.exec(text) ?? [];
    const point = returns === undefined ? 'sys_enter' : 'sys_exit';
    return `this kernel has no kprobes (CONFIG_KPROBES, CONFIG_KPROBE_EVENTS): use ${call === undefined ? 'a tracepoint, tp_btf/NAME or raw_tp/NAME' : `tracepoint/syscalls/${point}_${call} or tp_btf/${point}`}`;
  }
  if (hook === 'kprobe' && /\.(multi|session)/.test(text) && errno === EOPNOTSUPP) {
    return 'this kernel has no kprobe.multi (CONFIG_FPROBE, Linux 5.18): use kprobe/FUNCTION, one program for each';
  }
  const needsTracefs = hook === 'tracepoint' || (hook === 'kprobe' && errno === ENOENT);
  if (needsTracefs && facts.tracefs === 'absent') {
    return 'tracefs is not mounted: mount -t tracefs tracefs /sys/kernel/tracing';
  }
  if (hook === 'tracepoint' && facts.tracefs === 'hidden') {
    return 'tracefs, where tracepoints are looked up, is closed to this user: CAP_DAC_READ_SEARCH opens it, and tp_btf/NAME and raw_tp/NAME do without';
  }
  if (errno === ENOENT && (hook === 'kprobe' || hook === 'tracepoint' || hook === 'raw tracepoint')) {
    return missingTarget;
  }
  if (section.kind?.attach === 'xdp' && errno === EBUSY) {
    return 'an interface takes one XDP program at a time, and another is there: ip link set dev INTERFACE xdp off, or end the program that holds it';
  }
  if (section.kind?.attach === 'perf_event' && (errno === ENOENT || errno === EOPNOTSUPP)) {
    return 'this machine has no such counter (virtual machines often lack hardware counters): type=1,config=0, the CPU clock, is everywhere';
  }
  return undefined;
};

const rules = [aboutTheObject, aboutTheMap, aboutCapabilities, aboutTheKernel, aboutTheEvent];

/** What to do about a refusal, when the cause is known: the first rule that knows. */
export function remedyFor(refusal: Refusal, facts: MachineFacts): string | undefined {
  for (const rule of rules) {
    const remedy = rule(refusal, facts);
    if (remedy !== undefined) return remedy;
  }
  return undefined;
}

function list(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part !== '').join(' and ');
}

function isOlder(linux: string, than: string): boolean {
  return linux !== '' && linux.localeCompare(than, 'en', { numeric: true }) < 0;
}
