import { ExporterError } from '../errors.ts';
import type { Pointer } from '../native/signature.ts';
import { attachToMark } from './attach-mark.ts';
import { attachPerfEvent } from './attach-perf-event.ts';
import { attachToBinary, type BinaryPlaces, isBeside } from './attach-uprobe.ts';
import { attachXdp } from './attach-xdp.ts';
import type { Attacher } from './attacher.ts';
import type { BpfContext } from './context.ts';
import { notAttached } from './leave-out.ts';
import type { LoadedProgram } from './loaded-object.ts';
import { refused } from './refusal.ts';
import { type Section, type SectionKind, sectionOf } from './sections.ts';

/** A program in the kernel and whether events reach it. `detach` can be called twice. */
export type AttachedProgram = {
  readonly name: string;
  readonly section: string;
  readonly fd: number;
  /** Why it is not attached; undefined when it is. */
  readonly error: ExporterError | undefined;
  /** Of an iterator, the descriptor of its link; `runIterator` takes it until `detach`. */
  readonly iterator: number | undefined;
  /** Of an XDP program, the descriptor of its link, until `detach`. */
  readonly xdpLink: number | undefined;
  detach(): void;
};

const attachers: Readonly<Record<SectionKind['attach'], Attacher>> = {
  libbpf: ({ native }, { pointer }, link) => link(() => native.bpf.bpf_program__attach(pointer)),
  xdp: attachXdp,
  perf_event: attachPerfEvent,
  post_attach_mark: attachToMark,
  nobody: (_context, { name, section }) => {
    throw notAttached(name, section, sectionOf(section).kind!.instead!);
  },
};

/** Attaches one program by what its section asks for. Never throws: a failure is in the result. */
export function attachProgram(
  context: BpfContext,
  program: LoadedProgram,
  places: BinaryPlaces,
): AttachedProgram {
  const { name, fd } = program;
  const section = sectionOf(program.section);
  // One by one, so that those of a half attached program can be taken back.
  const links: Pointer[] = [];
  let error: ExporterError | undefined;
  try {
    const attach = attacherOf(section, places);
    attach(context, program, (make) => links.push(makeLink(context, name, section, make)));
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
    error = thrown;
  }
  const detach = (): void => {
    for (const link of links.splice(0)) context.native.bpf.bpf_link__destroy(link);
  };
  if (error !== undefined) detach();
  const [link] = links;
  const linkFd = (wanted: boolean): number | undefined =>
    wanted && link !== undefined ? context.native.bpf.bpf_link__fd(link) : undefined;
  return {
    name,
    section: section.text,
    fd,
    error,
    iterator: linkFd(section.kind?.hook === 'iterator'),
    xdpLink: linkFd(section.kind?.attach === 'xdp'),
    detach,
  };
}

function attacherOf({ kind, text }: Section, places: BinaryPlaces): Attacher {
  const toBinary = kind?.attach === 'libbpf' && kind.hook === 'uprobe';
  // libbpf knows neither place.
  if (toBinary && (places.rootfs !== '/' || isBeside(places, text))) return attachToBinary(places);
  return attachers[kind?.attach ?? 'libbpf'];
}

function makeLink(context: BpfContext, name: string, section: Section, make: () => Pointer | null): Pointer {
  const { native, log } = context;
  let errno = 0;
  const { result, warnings } = log.capture(() => {
    const link = make();
    if (link === null) errno = native.errno();
    return link;
  });
  if (result !== null) return result;
  const object = `program "${name}" to ${section.text}`;
  throw refused(context, { code: 'program_attach', operation: 'attach', object, errno, section, warnings });
}
