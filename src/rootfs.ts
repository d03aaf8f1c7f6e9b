import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ExporterError } from './errors.ts';

/** As many as the kernel follows (MAXSYMLINKS). */
const mostLinks = 40;

/**
 * Where a path of the host is when the host's root is mounted at `rootfs`: what a process in chroot(2) there would find,
 * so symbolic links are followed inside, and `..` ends at it. What is not there is left as it is written. Throws `usage`
 * for links in a circle.
 */
export function resolveBelow(rootfs: string, path: string): string {
  if (rootfs === '/') return path;
  const left = partsOf(path);
  const done: string[] = [];
  for (let links = 0; left.length > 0; ) {
    const part = left.shift()!;
    if (part === '..') {
      done.pop();
      continue;
    }
    const target = linkAt(join(rootfs, ...done, part));
    if (target === undefined) {
      done.push(part);
      continue;
    }
    if (++links > mostLinks) {
      throw new ExporterError('usage', `Cannot find ${path} below ${rootfs}: too many symbolic links`);
    }
    if (target.startsWith('/')) done.length = 0;
    left.unshift(...partsOf(target));
  }
  return join(rootfs, ...done);
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function linkAt(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined; // nothing is there, or nothing that we may see
  }
}
