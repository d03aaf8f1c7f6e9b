export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Lines for people, to stderr. */
export type Log = { readonly [Level in LogLevel]: (message: string) => void };

/** `debug` lines are dropped unless asked for. A message may have several lines; only the first has time and level. */
export function createLog(options: {
  timestamps: boolean;
  debug: boolean;
  write: (line: string) => void;
}): Log {
  const at = (level: LogLevel) => (message: string) => {
    const time = options.timestamps ? `${new Date().toISOString()} ` : '';
    options.write(`${time}${level.toUpperCase().padEnd(5)} ${message}\n`);
  };
  return {
    debug: options.debug ? at('debug') : () => undefined,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}

/**
 * A function that passes on at most `burst` messages in each `intervalMs`, and with the next one says how many it held
 * back. For messages that bad data can cause without end.
 */
export function rateLimited(
  write: (message: string) => void,
  { burst, intervalMs, now = Date.now }: { burst: number; intervalMs: number; now?: () => number },
): (message: string) => void {
  let windowStart = Number.NEGATIVE_INFINITY;
  let written = 0;
  let heldBack = 0;
  return (message) => {
    if (now() - windowStart >= intervalMs) {
      windowStart = now();
      written = 0;
    }
    if (written === burst) {
      heldBack++;
      return;
    }
    written++;
    write(heldBack === 0 ? message : `${message} (${heldBack} more like this were not logged)`);
    heldBack = 0;
  };
}
