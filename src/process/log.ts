import type { ExporterError } from '../errors.ts';
import { type Fields, type LogFormat, logFormats } from './log-format.ts';

/** From the one that says most. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof logLevels)[number];

export type Write = (message: string, fields?: Fields) => void;

/** Events, to stderr. */
export type Log = { readonly [Level in LogLevel]: Write };

/** Writes nothing: what a log has for the levels that it drops. */
export const dropped: Write = () => undefined;

/** Events below `level` are `dropped`. */
export function createLog(options: {
  level: LogLevel;
  format: LogFormat;
  timestamps: boolean;
  write: (line: string) => void;
}): Log {
  const format = logFormats[options.format];
  const at = (level: LogLevel): Write => {
    if (logLevels.indexOf(level) < logLevels.indexOf(options.level)) return dropped;
    return (message, fields = {}) => {
      const time = options.timestamps ? new Date().toISOString() : undefined;
      options.write(`${format({ time, level, message, fields })}\n`);
    };
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Writes an error with its code; `before` stands before the message. */
export function writeError(write: Write, { code, message }: ExporterError, before = ''): void {
  write(`${before}${message}`, { code });
}

/**
 * A function that passes on at most `burst` messages in each `intervalMs`, and with the next one says how many it held
 * back. For messages that bad data can cause without end.
 */
export function rateLimited(
  write: Write,
  { burst, intervalMs, now = Date.now }: { burst: number; intervalMs: number; now?: () => number },
): Write {
  let windowStart = Number.NEGATIVE_INFINITY;
  let written = 0;
  let heldBack = 0;
  return (message, fields) => {
    if (now() - windowStart >= intervalMs) {
      windowStart = now();
      written = 0;
    }
    if (written === burst) {
      heldBack++;
      return;
    }
    written++;
    write(heldBack === 0 ? message : `${message} (${heldBack} more like this were not logged)`, fields);
    heldBack = 0;
  };
}
