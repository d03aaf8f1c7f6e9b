import type { Native } from '../native/library.ts';

const IPPROTO_TCP = 6;
const TCP_NOTSENT_LOWAT = 25;

/** Enough to have something to send while the next part is written. */
const queuedBytes = 256 * 1024;

/**
 * Has the kernel take no more of an answer than it can send soon: a client that reads nothing would have it keep 4 MB,
 * which count for our cgroup, and copying them holds others up. Connections have it from the socket that listens.
 * TCP_NOTSENT_LOWAT: Linux 3.12, tcp(7). False where the socket has no such thing, a Unix socket for instance.
 */
export function limitKernelQueue(native: Native, fd: number): boolean {
  const value = Buffer.from(Uint32Array.of(queuedBytes).buffer);
  return native.c.setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, value, value.length) === 0;
}
