import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { btfKinds as kinds } from '../bpf/btf-table.ts';
import { tailCalled } from '../bpf/leave-out.ts';
import { type Section, sectionOf, targetOf } from '../bpf/sections.ts';
import { type Kernel, moduleReason } from './kernel.ts';

/** Why nothing would reach a program of a section; undefined when nothing is known to be wrong. */
export function hookProblem(text: string, kernel: Kernel): string | undefined {
  const section = sectionOf(text);
  const { kind } = section;
  if (kind === undefined) return 'libbpf does not know this section; docs/sections.md lists those that work';
  if (kind.attach === 'nobody') return tailCalled.includes(kind.type) ? undefined : kind.instead;
  const target = targetOf(section);
  if (target !== undefined) return targetProblem(section, target, kernel);
  switch (kind.hook) {
    case 'kprobe':
      return kprobeProblem(text, kernel);
    case 'uprobe':
      return uprobeProblem(text, kernel);
    case 'tracepoint':
      return tracepointProblem(text, kernel);
    case 'raw tracepoint':
      return absent('tracepoint', text.slice(text.indexOf('/') + 1), kernel, (name) =>
        kernel.types === undefined ? undefined : kernel.hasType(`btf_trace_${name}`, kinds.typedef),
      );
    default:
      return kind.attach === 'xdp' ? interfaceProblem(text.slice('xdp/'.length), kernel) : undefined;
  }
}

function targetProblem(
  { text }: Section,
  { what, name, type, kind }: NonNullable<ReturnType<typeof targetOf>>,
  kernel: Kernel,
): string | undefined {
  if (kernel.types === undefined) {
    return `${kernel.it} has no BTF, by which ${text} is found; a kernel with CONFIG_DEBUG_INFO_BTF is needed`;
  }
  const missing = absent(what, name, kernel, () => kernel.hasType(type, kind));
  if (missing !== undefined) return missing;
  const isLsm = what === 'security hook';
  if (isLsm && kernel.isOwn && /^(?!.*\bbpf\b)./.test(fileText('/sys/kernel/security/lsm'))) {
    return 'bpf is not among the security modules of this kernel; boot it with lsm=...,bpf (those that run are in /sys/kernel/security/lsm)';
  }
  if (
    /^f(entry|exit|mod_ret)/.test(text) &&
    kernel.isOwn &&
    kernel.hasFunction('register_ftrace_direct') === false
  ) {
    return `${kernel.it} has no function tracer that BPF programs may use (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS); a kprobe or a tracepoint is needed`;
  }
  return undefined;
}

function kprobeProblem(text: string, kernel: Kernel): string | undefined {
  const [, call] = /^k(?:ret)?syscall\/(.*)/.exec(text) ?? [];
  if (kernel.hasFunction('register_kprobe') === false) {
    const instead =
      call === undefined
        ? 'a tracepoint, tp_btf/NAME or raw_tp/NAME'
        : `tracepoint/syscalls/sys_${text.startsWith('kret') ? 'exit' : 'enter'}_${call}`;
    return `${kernel.it} has no kprobes (CONFIG_KPROBES, CONFIG_KPROBE_EVENTS); ${instead} is needed`;
  }
  if (call !== undefined) {
    return absent('system call', call, kernel, (name) => {
      const there = ['__x64_sys_', '__arm64_sys_', '__se_sys_'].map((prefix) =>
        kernel.hasFunction(prefix + name),
      );
      return there.includes(true) || (there.includes(undefined) ? undefined : false);
    });
  }
  const [, many, name = ''] = /^k(?:ret)?probe(\.multi|\.session)?\/([^+]*)/.exec(text) ?? [];
  if (many !== undefined && kernel.hasFunction('bpf_kprobe_multi_link_release') === false) {
    return `${kernel.it} has no kprobe.multi (CONFIG_FPROBE, Linux 5.18); kprobe/FUNCTION, one program for each, is needed`;
  }
  return absent('function', name, kernel, many === undefined ? kernel.hasFunction : kernel.hasFunctionLike);
}

function uprobeProblem(text: string, kernel: Kernel): string | undefined {
  if (text.startsWith('uprobe//proc/self/')) return undefined;
  if (
    /^u(ret)?probe\.(multi|session)/.test(text) &&
    kernel.hasFunction('bpf_uprobe_multi_link_release') === false
  ) {
    return `${kernel.it} has no uprobe.multi (Linux 6.6); uprobe/BINARY:SYMBOL, one program for each, is needed`;
  }
  const [, binary] = /^[\w.]+\/(\/[^:]*):/.exec(text) ?? [];
  if (binary === undefined || !kernel.isOwn || existsSync(binary)) return undefined;
  return `there is no file ${binary} on this machine; the path of the binary as it is here is needed`;
}

function tracepointProblem(text: string, kernel: Kernel): string | undefined {
  const [, category = '', name = ''] = text.split('/');
  return absent('tracepoint', `${category}/${name}`, kernel, () => kernel.hasTracepoint(category, name));
}

/** Where to look for what there is instead. */
const listedIn: Readonly<Record<string, string>> = {
  function: '/proc/kallsyms there has all that can be named',
  tracepoint: '/sys/kernel/tracing/available_events there has all that can be named',
  'security hook': 'the bpf_lsm_ functions in /proc/kallsyms there are all that can be named',
  iterator: 'the bpf_iter_ functions in /proc/kallsyms there are all that can be named',
};

/** The problem of a thing that the kernel lacks, with those that it has by a longer name. */
function absent(
  what: string,
  name: string,
  kernel: Kernel,
  has: (name: string) => boolean | undefined,
): string | undefined {
  if (has(name) !== false) return undefined;
  const like = what === 'function' && !/[*?]/.test(name) ? kernel.namesLike(name) : [];
  const instead = like.length === 0 ? '' : ` (it has ${like.join(', ')})`;
  const reasons = [
    ...(kernel.hasAllModules || what === 'system call' ? [] : [moduleReason(kernel)]),
    what === 'function' ? 'it was renamed, inlined or not compiled in' : 'it was renamed or not compiled in',
  ];
  return `${kernel.it} has no ${what} ${name}: ${reasons.join(', or ')}${instead}; ${listedIn[what] ?? 'another is needed'}`;
}

function interfaceProblem(name: string, { isOwn }: Kernel): string | undefined {
  const directory = '/sys/class/net';
  if (!isOwn || !existsSync(directory) || existsSync(`${directory}/${name}`)) return undefined;
  return `there is no network interface ${name} on this machine; present: ${readdirSync(directory).join(', ')}`;
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
