import { constants } from 'node:os';
import type { Native } from '../native/library.ts';
import { nativeError } from '../native/native-error.ts';
import type { Pointer } from '../native/signature.ts';

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
const _SC_PAGESIZE = 30;

/** Bytes of a page of memory: 4096, or up to 65536 on arm64. */
export function pageBytes(native: Native): number {
  return native.c.sysconf(_SC_PAGESIZE);
}

/** Memory of a descriptor that the kernel writes to while we read it, until `close`. */
export class MappedMemory {
  /** Empty after `close`: whoever still reads finds nothing, and does not crash. */
  readonly buffer: ArrayBuffer;
  readonly #native: Native;
  readonly #pointer: Pointer;
  #closed = false;

  /** `what` is for the message. Throws `map_read` with the errno. */
  constructor(
    native: Native,
    {
      fd,
      length,
      offset,
      writable,
      what,
    }: { fd: number; length: number; offset: number; writable: boolean; what: string },
  ) {
    const protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
    const pointer = native.c.mmap(null, length, protection, MAP_SHARED, fd, offset);
    if (pointer === null || pointer === MAP_FAILED) {
      const errno = native.errno();
      throw nativeError({
        code: 'map_read',
        operation: 'map',
        object: `${length} bytes of ${what}`,
        errno,
        remedy:
          errno === constants.errno.EPERM
            ? 'raise RLIMIT_MEMLOCK or kernel.perf_event_mlock_kb, or grant CAP_IPC_LOCK'
            : undefined,
      });
    }
    this.#native = native;
    this.#pointer = pointer;
    this.buffer = native.view(pointer, length);
  }

  /** Can be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { byteLength } = this.buffer;
    this.buffer.transfer(0);
    this.#native.c.munmap(this.#pointer, byteLength);
  }
}
