import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The checkout. */
export const root = join(import.meta.dirname, '../..');

/** What is fetched once. */
export const cache = join(root, 'build/vm');

/** Packages that the set-up took apart instead of installing them. */
const unpacked = join(root, 'build/debian');

/** The statically linked busybox; that of PATH may be another, which cannot run in an initramfs. */
export function busybox(): string | undefined {
  return ['bin/busybox', 'usr/bin/busybox'].map((path) => join(unpacked, path)).find(isExecutable);
}

export function hasCommand(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => isExecutable(join(directory, name)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
