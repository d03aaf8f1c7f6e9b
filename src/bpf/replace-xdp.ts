import { ExporterError } from '../errors.ts';
import { describeErrno } from '../native/errno.ts';
import type { Native } from '../native/library.ts';

// include/uapi/linux/fcntl.h
const F_DUPFD_CLOEXEC = 1030;

/** One XDP program that is to take the place of another. Descriptors; the link is that of the old one. */
export type XdpReplacement = {
  readonly name: string;
  readonly section: string;
  readonly link: number;
  readonly oldProgram: number;
  readonly newProgram: number;
};

/**
 * Puts XDP programs in the place of others, at their links (BPF_LINK_UPDATE, Linux 5.9): between two packets, so none
 * passes unseen. Gives descriptors of the links, which are the caller's: what had them before may close its own. Throws
 * `program_attach`; every old program has its place then.
 */
export function replaceXdpPrograms(
  { bpf, c, errno }: Pick<Native, 'bpf' | 'c' | 'errno'>,
  wanted: readonly XdpReplacement[],
): number[] {
  const done: (XdpReplacement & { readonly fd: number })[] = [];
  for (const one of wanted) {
    const fd = c.fcntl(one.link, F_DUPFD_CLOEXEC, 0);
    const result = fd < 0 ? -errno() : bpf.bpf_link_update(fd, one.newProgram, null);
    done.push({ ...one, fd });
    if (result === 0) continue;
    for (const { fd, oldProgram } of done.reverse()) {
      if (fd < 0) continue;
      bpf.bpf_link_update(fd, oldProgram, null);
      c.close(fd);
    }
    throw new ExporterError(
      'program_attach',
      `Cannot put program "${one.name}" in the place of the one at ${one.section}: ${describeErrno(-result)}; that one stays`,
    );
  }
  return done.map(({ fd }) => fd);
}
