import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { architectureOf } from './architectures.ts';
import { cpio } from './cpio.ts';
import type { Kernel } from './kernel-store.ts';
import { loadOrder, moduleName } from './modules.ts';
import { busybox } from './place.ts';
import { snapshotOf } from './snapshot.ts';

/** What the kernel needs before it can load modules from the host's file system; some of them are compiled in. */
const modules = ['virtio_pci', 'virtio_console', '9pnet_virtio', '9p', 'overlay', 'virtio_blk'];

/** The first root file system of a guest: init.sh, busybox, modules (their names have the order), and files of the checkout. */
export function makeInitramfs(kernel: Kernel): Buffer {
  const dependencies = readFileSync(join(kernel.modules, 'modules.dep'), 'utf8');
  const files = loadOrder(dependencies, modules).map((file, at) => ({
    path: `modules/${String(at).padStart(2, '0')}-${moduleName(file)}`,
    type: 'file' as const,
    content: readModule(join(kernel.modules, file)),
  }));
  return cpio([
    { path: 'init', type: 'file', content: readFileSync(join(import.meta.dirname, 'init.sh')) },
    { path: 'busybox', type: 'file', content: readFileSync(kernel.busybox) },
    { path: 'modules', type: 'directory' },
    ...files,
    ...['lib', 'lib/modules'].map((path) => ({ path, type: 'directory' as const })),
    // Without symbolic links, which would lead outside /host.
    {
      path: `lib/modules/${kernel.release}`,
      type: 'link',
      content: join('/host', relative(realpathSync(kernel.root), realpathSync(kernel.modules))),
    },
    ...snapshotOf('snapshot', architectureOf(kernel.release)),
  ]);
}

function readModule(file: string): Buffer {
  if (!file.endsWith('.xz')) return readFileSync(file);
  return execFileSync(busybox()!, ['xzcat', file], { maxBuffer: 1 << 26 });
}
