import type { Attacher } from './attacher.ts';
import { listInterfaces } from './interfaces.ts';
import { notAttached } from './leave-out.ts';

/** To the interface that the section `xdp/INTERFACE` names, by a link (Linux 5.9). */
export const attachXdp: Attacher = ({ native }, { name, section, pointer }, link) => {
  const wanted = section.slice('xdp/'.length);
  const index = native.c.if_nametoindex(wanted);
  if (index === 0) {
    const present = listInterfaces(native).map((found) => found.name);
    throw notAttached(name, section, `no network interface "${wanted}"; present: ${present.join(', ')}`);
  }
  link(() => native.bpf.bpf_program__attach_xdp(pointer, index));
};
