import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Native } from '../native/library.ts';

const POLLERR = 0x8;

/** Says whether something was mounted or unmounted since it was last asked, without reading the mounts. */
export class MountTable {
  readonly #native: Native;
  readonly #path: string;
  #fd: number | undefined;

  constructor(native: Native, root = '/') {
    this.#native = native;
    this.#path = join(root, 'proc/self/mountinfo');
  }

  /** True the first time. The kernel tells the reader of a changed mountinfo by an error event (proc_pid_mounts(5)). */
  changed(): boolean {
    const first = this.#fd === undefined;
    this.#fd ??= openSync(this.#path, 'r');
    const polled = Buffer.alloc(8); // struct pollfd: fd, events, revents
    polled.writeInt32LE(this.#fd);
    const ready = this.#native.c.poll(polled, 1, 0);
    return first || (ready > 0 && (polled.readInt16LE(6) & POLLERR) !== 0);
  }

  /** Can be called twice. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
