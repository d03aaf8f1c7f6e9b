import { ExporterError } from '../errors.ts';
import type { Native } from '../native/library.ts';
import type { KernelTypes } from './kernel-types.ts';
import { programTypes, type Section, targetOf } from './sections.ts';

/** Of these a program is loaded although its section cannot be attached: another of the object may call it as its tail. */
export const tailCalled: readonly number[] = [
  programTypes.kprobe,
  programTypes.tracepoint,
  programTypes.perfEvent,
  programTypes.rawTracepoint,
  programTypes.xdp,
];

export type Candidate = {
  readonly section: Section;
  /** `enum bpf_prog_type`, as libbpf or we made it of the section; 0 when neither knows it. */
  readonly type: number;
};

/**
 * Why a program has to be left out before its object is loaded, since libbpf would fail the whole object for it.
 * Undefined when it can be tried.
 */
export function reasonToLeaveOut({ section, type }: Candidate, native: Native): string | undefined {
  const { kind } = section;
  if (kind?.attach === 'nobody' && !tailCalled.includes(type)) return kind.instead;
  if (type === programTypes.unspecified) {
    const present = `this is libbpf ${native.bpf.libbpf_version_string()}`;
    return kind?.libbpf === undefined
      ? `libbpf does not know this section (${present}); docs/sections.md lists those that work`
      : `this section needs libbpf ${kind.libbpf} or newer, which --libbpf.path can name, and Linux ${kind.linux}; ${present}`;
  }
  return undefined;
}

/** Why a program cannot be loaded whose section names what the kernel lacks. `types` is asked only if it names something. */
export function missingTarget(section: Section, types: () => KernelTypes | undefined): string | undefined {
  const target = targetOf(section);
  if (target === undefined) return undefined;
  const known = types();
  if (known === undefined) {
    return `this kernel has no BTF at /sys/kernel/btf/vmlinux, by which ${section.text} is found: a kernel with CONFIG_DEBUG_INFO_BTF is needed`;
  }
  if (known.has(target.type, target.kind)) return undefined;
  return `the ${target.what} ${target.name} is not in this kernel: it was renamed, inlined or not compiled in`;
}

export function notAttached(program: string, section: string, reason: string): ExporterError {
  return new ExporterError('program_attach', `Cannot attach program "${program}" to ${section}: ${reason}`);
}
