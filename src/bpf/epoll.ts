import type { ExporterError } from '../errors.ts';
import type { Native } from '../native/library.ts';
import { nativeError } from '../native/native-error.ts';

const EPOLL_CLOEXEC = 0x80000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 1;
const EPOLLET = 1 << 31;
const maxEvents = 64;
// struct epoll_event (linux/eventpoll.h) is packed on x86_64 only.
const [eventBytes, dataAt] = process.arch === 'x64' ? [12, 4] : [16, 8];

/**
 * epoll(7) over any number of descriptors, each told once for every wake-up of the kernel's (edge-triggered). Its own
 * descriptor is readable while there is something to tell; of which one is not said, since a perf event forgets that it
 * woke us when it is asked, and whoever watches our descriptor asks before we do.
 */
export class Epoll {
  readonly fd: number;
  readonly #native: Native;
  readonly #events = Buffer.alloc(maxEvents * eventBytes);
  #closed = false;

  /** Throws `map_read` with the errno. */
  constructor(native: Native) {
    this.#native = native;
    this.fd = native.c.epoll_create1(EPOLL_CLOEXEC);
    if (this.fd < 0) throw this.#failed('records: epoll_create1');
  }

  /** One that is readable already is told as well. Throws `map_read` with the errno. */
  add(fd: number): void {
    const event = Buffer.alloc(eventBytes);
    event.writeInt32LE(EPOLLIN | EPOLLET, 0);
    event.writeInt32LE(fd, dataAt);
    if (this.#native.c.epoll_ctl(this.fd, EPOLL_CTL_ADD, fd, event) === 0) return;
    throw this.#failed(`records of descriptor ${fd}: epoll_ctl`);
  }

  #failed(object: string): ExporterError {
    return nativeError({ code: 'map_read', operation: 'wait for', object, errno: this.#native.errno() });
  }

  remove(fd: number): void {
    if (!this.#closed) this.#native.c.epoll_ctl(this.fd, EPOLL_CTL_DEL, fd, null);
  }

  /** Takes note of what there was to tell; does not wait. */
  clear(): void {
    this.#native.c.epoll_wait(this.fd, this.#events, maxEvents, 0);
  }

  /** Can be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#native.c.close(this.fd);
  }
}
