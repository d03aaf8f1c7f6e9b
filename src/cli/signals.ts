import type { Log } from '../process/log.ts';

/** Each of them would end a process that does not listen, or open Node.js' debugger: SIGUSR1. */
const ignored = [
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGVTALRM',
  'SIGIO',
  'SIGPWR',
  'SIGSTKFLT',
  'SIGXCPU',
] as const;

/**
 * From here on SIGINT, SIGTERM and SIGQUIT abort the returned signal, whose reason is their name; the others that would
 * end the process are logged and do nothing.
 */
export function handleSignals(log: Log): AbortSignal {
  // A terminal signals the whole group and npm passes it on as well: one that comes again must not kill us.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT']) process.on(signal, () => stop.abort(signal));
  for (const signal of ignored) {
    process.on(signal, () => log.warn(`${signal} does nothing here; SIGTERM stops the exporter`));
  }
  return stop.signal;
}
