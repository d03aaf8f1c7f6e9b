import { ExporterError } from '../errors.ts';

/** SD_LISTEN_FDS_START (sd-daemon.h). */
const first = 3;

/**
 * The descriptor of the N-th socket, from 0, that the service manager passed to this process (sd_listen_fds(3)):
 * `fd://N` of `--web.listen-address`. Throws `listen` when there is none.
 */
export function passedSocket(
  index: number,
  { LISTEN_PID, LISTEN_FDS }: NodeJS.ProcessEnv = process.env,
  pid: number = process.pid,
): number {
  const count = LISTEN_PID === String(pid) ? Number(LISTEN_FDS) || 0 : 0;
  if (index < count) return first + index;
  const passed = count === 0 ? 'none was passed' : `only ${count} ${count === 1 ? 'was' : 'were'} passed`;
  throw new ExporterError(
    'listen',
    `Cannot listen on fd://${index}: ${passed} by the service manager; start through a systemd socket unit (ListenStream=9435), or listen on an address`,
  );
}
