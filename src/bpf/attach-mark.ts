import { readFileSync } from 'node:fs';
import type { Native } from '../native/library.ts';
import type { Attacher } from './attacher.ts';
import { notAttached } from './leave-out.ts';

/** Runs once when everything is attached; the function it names does not have to exist. */
export const postAttachMarkSection = 'uprobe//proc/self/exe:post_attach_mark';

/**
 * `post_attach_mark` stands for a function of the exporter's own that is called once everything is attached. Node.js has
 * none to offer, so the program goes on a function of libbpf that nothing else of this process calls, for this pid only.
 */
export const attachToMark: Attacher = ({ native }, { name, section, pointer }, link) => {
  const libbpf = /\/\S*libbpf[^/\s]*\.so\S*/.exec(readFileSync('/proc/self/maps', 'utf8'))?.[0];
  if (libbpf === undefined) throw notAttached(name, section, 'libbpf.so is not in /proc/self/maps');
  const symbol = Buffer.from('libbpf_major_version\0');
  const options = Buffer.alloc(40); // struct bpf_uprobe_opts: sz, ref_ctr_offset, bpf_cookie, retprobe, func_name
  options.writeBigUInt64LE(BigInt(options.length), 0);
  options.writeBigUInt64LE(native.addressOf(symbol), 32);
  link(() => native.bpf.bpf_program__attach_uprobe_opts(pointer, process.pid, libbpf, 0, options));
};

/** Runs every attached program of section `postAttachMarkSection`, once. */
export function triggerPostAttachMark(native: Native): void {
  native.bpf.libbpf_major_version();
}
