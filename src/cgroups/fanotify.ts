import { readFileSync } from 'node:fs';
import { describeErrno } from '../native/errno.ts';
import type { Native } from '../native/library.ts';
import { type CgroupEvent, fanotifyMask, parseCgroupEvents } from './fanotify-event.ts';

const EAGAIN = 11;
const EINTR = 4;
const EPERM = 1;

/** FAN_CLOEXEC, FAN_NONBLOCK; then FAN_REPORT_ FID, DIR_FID, NAME, TARGET_FID. */
const initFlags = 0x1 | 0x2 | 0x200 | 0x400 | 0x800 | 0x1000;
/** FAN_MARK_ADD, FAN_MARK_FILESYSTEM */
const markFlags = 0x1 | 0x100;
const AT_FDCWD = -100;

/**
 * Has the kernel keep what happens to the directories of the file system at `path` until it is read from the descriptor.
 * The caller owns that; it stays readable when all capabilities are gone. Needs CAP_SYS_ADMIN and Linux 6.6, since which
 * file systems of kernfs have the ids that events are told with. Throws an error with the reason.
 */
export function openNotifications({ c, errno }: Native, path: string): number {
  const fd = c.fanotify_init(initFlags, 0);
  if (fd < 0) throw new Error(refusal('fanotify_init', errno()));
  const { create, delete: deleted, movedTo, onDirectory } = fanotifyMask;
  const mask = create | deleted | movedTo | onDirectory;
  if (c.fanotify_mark(fd, markFlags, mask, AT_FDCWD, Buffer.from(`${path}\0`, 'latin1')) !== 0) {
    const reason = refusal('fanotify_mark', errno());
    c.close(fd);
    throw new Error(reason);
  }
  return fd;
}

function refusal(call: string, errno: number): string {
  const needed = errno === EPERM ? 'CAP_SYS_ADMIN' : 'Linux 6.6 or newer';
  return `${call}: ${describeErrno(errno)}; ${needed} is needed`;
}

/** Whether there is still a file system that it tells of: the mark goes with the last mount (proc_pid_fdinfo(5)). */
export function hasMark(fd: number): boolean {
  try {
    return /^fanotify sdev:/m.test(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'));
  } catch {
    return true; // without /proc, nothing speaks against it
  }
}

const bufferBytes = 65_536;

/** Reads what `openNotifications` has the kernel keep. Owns neither the descriptor nor what it says. */
export class NotificationReader {
  readonly #native: Native;
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafeSlow(bufferBytes);

  constructor(native: Native, fd: number) {
    this.#native = native;
    this.#fd = fd;
  }

  /**
   * Visits the events that are waiting, of at most `reads` buffers of 64 KiB. Throws an error when they cannot be had;
   * those that were visited stand.
   */
  read(visit: (event: CgroupEvent) => void, reads: number): void {
    const { c, errno } = this.#native;
    for (let nth = 0; nth < reads; nth++) {
      const length = c.read(this.#fd, this.#buffer, bufferBytes);
      if (length >= 0) {
        parseCgroupEvents(this.#buffer, length, visit);
        if (length === 0) return;
        continue;
      }
      const failed = errno();
      if (failed === EAGAIN) return;
      if (failed !== EINTR) throw new Error(`read: ${describeErrno(failed)}`);
    }
  }
}
