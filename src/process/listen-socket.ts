import { isIP } from 'node:net';
import { constants } from 'node:os';
import type { Native } from '../native/library.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
/** As many as Node.js asks for; the kernel has a limit of its own. */
const backlog = 511;

/**
 * A socket that listens and that nobody accepts from yet: the kernel keeps its clients waiting. It belongs to the caller.
 * Without a host it has all addresses of both kinds. Throws an error with a `code`, as Node.js does: EADDRINUSE and so
 * on, or ENOTFOUND for a name without address.
 */
export async function openListenSocket(
  native: Native,
  { host, port }: { host: string | undefined; port: number },
): Promise<number> {
  if (host === undefined) {
    try {
      return listenOn(native, { family: AF_INET6, text: '::', port });
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EAFNOSUPPORT') throw thrown;
      return listenOn(native, { family: AF_INET, text: '0.0.0.0', port });
    }
  }
  const known = { address: host, family: isIP(host) };
  const { address, family } =
    known.family > 0 ? known : await process.getBuiltinModule('node:dns/promises').lookup(host);
  return listenOn(native, { family: family === 4 ? AF_INET : AF_INET6, text: address, port });
}

function listenOn(native: Native, target: { family: number; text: string; port: number }): number {
  const { c } = native;
  const fd = c.socket(target.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  try {
    check(native, 'socket', fd);
    setOption(native, fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (target.family === AF_INET6) setOption(native, fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    const name = socketAddress(native, target);
    check(native, 'bind', c.bind(fd, name, name.length));
    check(native, 'listen', c.listen(fd, backlog));
    return fd;
  } catch (thrown) {
    if (fd >= 0) c.close(fd);
    throw thrown;
  }
}

/** `struct sockaddr_in` or `sockaddr_in6`: the family is in host order, port and address in network order. */
function socketAddress(
  native: Native,
  { family, text, port }: { family: number; text: string; port: number },
): Buffer {
  const [address = '', zone] = text.split('%');
  const name = Buffer.alloc(family === AF_INET6 ? 28 : 16);
  name.writeUInt16LE(family, 0);
  name.writeUInt16BE(port, 2);
  const at = family === AF_INET6 ? 8 : 4;
  native.c.inet_pton(family, address, name.subarray(at)); // lookup gave a valid one
  if (zone !== undefined) name.writeUInt32LE(Number(zone) || native.c.if_nametoindex(zone), 24);
  return name;
}

function setOption(native: Native, fd: number, level: number, option: number, value: number): void {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  check(native, 'setsockopt', native.c.setsockopt(fd, level, option, bytes, bytes.length));
}

function check(native: Native, syscall: string, result: number): void {
  if (result >= 0) return;
  const errno = native.errno();
  const code =
    Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
  throw Object.assign(new Error(`${syscall}: ${code}`), { code, errno: -errno, syscall });
}
