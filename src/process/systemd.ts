import { describeErrno } from '../native/errno.ts';
import type { Native } from '../native/library.ts';
import type { Log } from './log.ts';

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0o2000002;

/**
 * sd_notify(3): tells the service manager our state when it asked to be told (`NOTIFY_SOCKET`), else does nothing.
 * Node.js has no datagram sockets of that family, so libc sends it. A failure is only logged.
 */
export function notifySystemd(native: Native, log: Log, socketPath: string | undefined, state: string): void {
  if (socketPath === undefined || socketPath === '') return;
  const address = Buffer.alloc(110); // struct sockaddr_un
  address.writeUInt16LE(AF_UNIX, 0);
  const pathBytes = address.write(socketPath, 2, 'utf8');
  if (socketPath.startsWith('@')) address[2] = 0; // an abstract name
  const fd = native.c.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  const text = Buffer.from(state);
  const sent = fd < 0 ? fd : native.c.sendto(fd, text, text.length, 0, address, 2 + pathBytes);
  if (sent < 0) log.warn(`Cannot tell systemd "${state}": ${describeErrno(native.errno())}`);
  if (fd >= 0) native.c.close(fd);
}

/**
 * Tells the service manager that the event loop turns, twice in each interval after which it would restart us
 * (`WatchdogSec=`, sd_watchdog_enabled(3)). Does nothing when it does not watch. The timer does not keep the process.
 */
export function startWatchdog(
  notify: (state: string) => void,
  { WATCHDOG_USEC, WATCHDOG_PID }: NodeJS.ProcessEnv = process.env,
  pid: number = process.pid,
): { close(): void } {
  const intervalUs = Number(WATCHDOG_USEC);
  if (!(intervalUs > 0) || ![undefined, '', String(pid)].includes(WATCHDOG_PID)) return { close() {} };
  const timer = setInterval(() => notify('WATCHDOG=1'), intervalUs / 2000).unref();
  return { close: () => clearInterval(timer) };
}
