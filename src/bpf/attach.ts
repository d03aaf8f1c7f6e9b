import { readFileSync } from 'node:fs';
import { ExporterError } from '../errors.ts';
import { describeErrno } from '../native/errno.ts';
import type { Native } from '../native/library.ts';
import type { Pointer } from '../native/signature.ts';
import { listInterfaces } from './interfaces.ts';
import type { BpfContext, LoadedProgram } from './object.ts';
import { onlineCpus, openPerfEvent, parsePerfEventSection } from './perf-event.ts';
import { postAttachMarkSection } from './program-kind.ts';
import { remedyFor } from './remedy.ts';

/** A program in the kernel and whether events reach it. `detach` can be called twice. */
export type AttachedProgram = {
  readonly name: string;
  readonly section: string;
  readonly fd: number;
  /** Why it is not attached; undefined when it is. */
  readonly error: ExporterError | undefined;
  detach(): void;
};

/** Attaches one program by what its section asks for. Never throws: a failure is in the result. */
export function attachProgram(context: BpfContext, program: LoadedProgram): AttachedProgram {
  const links: Pointer[] = [];
  let error: ExporterError | undefined;
  try {
    attachLinks(context, program, links);
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
    error = thrown;
  }
  const detach = (): void => {
    for (const link of links.splice(0)) context.native.bpf.bpf_link__destroy(link);
  };
  if (error !== undefined) detach();
  return { name: program.name, section: program.section, fd: program.fd, error, detach };
}

/** Links go into `links` one by one, so that those of a half attached program can be taken back. */
function attachLinks(context: BpfContext, program: LoadedProgram, links: Pointer[]): void {
  const { bpf } = context.native;
  const { section, pointer } = program;
  const link = (attach: () => Pointer | null): void => {
    links.push(attached(context, program, attach));
  };
  if (section === postAttachMarkSection) {
    link(() => attachToMark(context.native, pointer));
  } else if (section.startsWith('xdp/')) {
    const index = interfaceIndex(context.native, section.slice('xdp/'.length));
    link(() => bpf.bpf_program__attach_xdp(pointer, index));
  } else if (section.startsWith('perf_event/')) {
    const event = parsePerfEventSection(section);
    for (const cpu of onlineCpus()) {
      const fd = openPerfEvent(context.native, event, cpu);
      try {
        link(() => bpf.bpf_program__attach_perf_event(pointer, fd));
      } catch (thrown) {
        context.native.c.close(fd); // a link would own it
        throw thrown;
      }
    }
  } else {
    link(() => bpf.bpf_program__attach(pointer));
  }
}

function attached(context: BpfContext, program: LoadedProgram, attach: () => Pointer | null): Pointer {
  const { native, log } = context;
  let errno = 0;
  const { result, warnings } = log.capture(() => {
    const link = attach();
    if (link === null) errno = native.errno();
    return link;
  });
  if (result !== null) return result;
  const name = describeErrno(errno);
  const refusal = { errno: name, section: program.section, typeSupported: true, log: warnings.join('\n') };
  const remedy = remedyFor(refusal, context.facts());
  const reason = [name, ...warnings.map((line) => line.replace(/^prog '[^']*': /, ''))].join('; ');
  throw new ExporterError(
    'program_attach',
    `Cannot attach program "${program.name}" to ${program.section}: ${reason}${remedy === undefined ? '' : `. What to do: ${remedy}`}`,
    { cause: { warnings } },
  );
}

function interfaceIndex(native: Native, name: string): number {
  const index = native.c.if_nametoindex(name);
  if (index !== 0) return index;
  const present = listInterfaces(native).map((found) => found.name);
  throw new ExporterError(
    'program_attach',
    `Cannot attach to xdp/${name}: no network interface "${name}"; present: ${present.join(', ')}`,
  );
}

/**
 * `post_attach_mark` stands for a function of the exporter's own that is called once everything is attached. Node.js has
 * none to offer, so the program goes on a function of libbpf that nothing else of this process calls, for this pid only.
 */
function attachToMark(native: Native, program: Pointer): Pointer | null {
  const symbol = Buffer.from('libbpf_major_version\0');
  const options = Buffer.alloc(40); // struct bpf_uprobe_opts: sz, ref_ctr_offset, bpf_cookie, retprobe, func_name
  options.writeBigUInt64LE(BigInt(options.length), 0);
  options.writeBigUInt64LE(native.addressOf(symbol), 32);
  return native.bpf.bpf_program__attach_uprobe_opts(program, process.pid, libbpfPath(), 0, options);
}

function libbpfPath(): string {
  const path = /\/\S*libbpf\.so\S*/.exec(readFileSync('/proc/self/maps', 'utf8'))?.[0];
  if (path === undefined) throw new ExporterError('program_attach', 'libbpf.so is not in /proc/self/maps');
  return path;
}

/** Runs every attached program of section `postAttachMarkSection`, once. */
export function triggerPostAttachMark(native: Native): void {
  native.bpf.libbpf_major_version();
}
