import { readSync } from 'node:fs';
import { constants } from 'node:os';
import type { Native } from '../native/library.ts';
import { nativeError } from '../native/native-error.ts';

/**
 * Runs an iterator program over all objects of its kind, by reading its link to the end. Gives way after each part of what
 * it prints, which is thrown away: what counts is what it left in its maps. Needs Linux 5.8; from 5.19 on no capability.
 * Throws `map_read` with the errno. `name` is for the message.
 */
export function* runIterator(
  native: Native,
  { name, link }: { name: string; link: number },
): Generator<void> {
  const fd = native.bpf.bpf_iter_create(link);
  if (fd < 0) throw failed(name, -fd);
  try {
    const printed = Buffer.allocUnsafe(64 * 1024);
    while (readSome(fd, printed, name) > 0) yield;
  } finally {
    native.c.close(fd);
  }
}

function readSome(fd: number, printed: Buffer, name: string): number {
  try {
    return readSync(fd, printed);
  } catch (error) {
    const { errno = 0 } = error as NodeJS.ErrnoException;
    // The kernel gives up its turn after a million objects that printed nothing.
    if (-errno === constants.errno.EAGAIN) return 1;
    throw failed(name, -errno);
  }
}

function failed(name: string, errno: number): Error {
  return nativeError({ code: 'map_read', operation: 'run', object: `iterator program "${name}"`, errno });
}
