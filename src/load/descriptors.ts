import { readdirSync, readlinkSync } from 'node:fs';
import type { Descriptor } from '../attached.ts';

/** Every descriptor of this process. */
export function openDescriptors(): readonly Descriptor[] {
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return { fd: Number(name), what: readlinkSync(`/proc/self/fd/${name}`) };
    } catch {
      return []; // the one that listed the directory: it is closed by now
    }
  });
}

/**
 * The descriptors that were opened since. libbpf does not say all that it holds: a link of several parts (USDT, kprobes
 * of old kernels) gives one descriptor or none.
 */
export function openedSince(before: readonly Descriptor[]): readonly Descriptor[] {
  const known = new Set(before.map(({ fd }) => fd));
  return openDescriptors().filter(({ fd }) => !known.has(fd));
}
