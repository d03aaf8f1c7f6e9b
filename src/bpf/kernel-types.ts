import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Native } from '../native/library.ts';
import type { Pointer } from '../native/signature.ts';

/** `BTF_KIND_*` (linux/btf.h). */
export const btfKinds = { struct: 4, union: 5, enum: 6, typedef: 8, function: 12 } as const;

/** The types of a kernel and of its modules, until `close`. */
export type KernelTypes = {
  /** Whether the kernel, or a module, has a type of that kind and name. */
  has(name: string, kind: number): boolean;
  /** Can be called twice. */
  close(): void;
};

/**
 * The running kernel's BTF, or that of the file `btfPath`. Undefined when there is none, or it cannot be read.
 * Reading takes libbpf some milliseconds: worth it only for an object that names such types.
 */
export function openKernelTypes(native: Native, btfPath?: string): KernelTypes | undefined {
  const { bpf } = native;
  const kernel = btfPath === undefined ? bpf.btf__load_vmlinux_btf() : bpf.btf__parse(btfPath, null);
  if (kernel === null) return undefined;
  const open: Pointer[] = [kernel];
  const unread = btfPath === undefined ? moduleFiles() : [];
  const hasIt = (btf: Pointer, name: string, kind: number): boolean =>
    bpf.btf__find_by_name_kind(btf, name, kind) > 0;
  return {
    has(name, kind) {
      if (open.some((btf) => hasIt(btf, name, kind))) return true;
      // A module's types build on the kernel's, and are read when the kernel's own do not answer.
      for (let path = unread.pop(); path !== undefined; path = unread.pop()) {
        const module = bpf.btf__parse_split(path, kernel);
        if (module === null) continue;
        open.unshift(module); // freed before the kernel's
        if (hasIt(module, name, kind)) return true;
      }
      return false;
    },
    close() {
      for (const btf of open.splice(0)) bpf.btf__free(btf);
    },
  };
}

function moduleFiles(directory = '/sys/kernel/btf'): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name !== 'vmlinux')
      .map((name) => join(directory, name));
  } catch {
    return [];
  }
}
