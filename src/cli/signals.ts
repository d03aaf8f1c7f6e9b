import type { Log } from '../process/log.ts';

/** Each of them would end a process that does not listen, or open Node.js' debugger: SIGUSR1. */
const ignored = [
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGVTALRM',
  'SIGIO',
  'SIGPWR',
  'SIGSTKFLT',
  'SIGXCPU',
] as const;

export type Signals = {
  /** Aborted by SIGINT, SIGTERM and SIGQUIT; its reason is their name. */
  readonly stop: AbortSignal;
  /** Calls at each SIGHUP from now on, and at once if there was one. */
  onReload(reload: () => void): void;
};

/** From here on no signal ends the process by itself. Those that mean nothing to it are logged. */
export function handleSignals(log: Log): Signals {
  // A terminal signals the whole group and npm passes it on as well: one that comes again must not kill us.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT']) process.on(signal, () => stop.abort(signal));
  for (const signal of ignored) {
    process.on(signal, () => log.warn(`${signal} does nothing here; SIGTERM stops the exporter`));
  }
  let wanted = false;
  let reload = (): void => {
    wanted = true; // until everything is loaded
  };
  process.on('SIGHUP', () => reload());
  return {
    stop: stop.signal,
    onReload(given) {
      reload = given;
      if (wanted) reload();
    },
  };
}
