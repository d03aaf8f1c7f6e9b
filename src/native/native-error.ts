import { type ErrorCode, ExporterError } from '../errors.ts';
import { describeErrno } from './errno.ts';

/** A C function that failed, in the numbers and names that it left. */
export type NativeFailure = {
  readonly code: ErrorCode;
  /** What could not be done, as a verb: `read`, `attach`. */
  readonly operation: string;
  /** To what: `map "start"`. */
  readonly object: string;
  /** The positive number. */
  readonly errno: number;
  /** What the library said of it, a sentence each. */
  readonly details?: readonly string[];
  /** Lines that stand below the first, such as the end of a verifier's log. */
  readonly report?: readonly string[];
  /** What to do about it, where the cause is known. */
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
};

/** The only way from a return value of C to an error: `Cannot read map "start": EPERM (operation not permitted)`. */
export function nativeError(failure: NativeFailure): ExporterError {
  const { code, operation, object, errno, details = [], report = [], remedy, cause } = failure;
  const reasons = [describeErrno(errno), ...details].join('; ');
  const advice = remedy === undefined ? [] : [`What to do: ${remedy}`];
  const first = `Cannot ${operation} ${object}: ${reasons}`;
  const message =
    report.length === 0
      ? [first, ...advice].join('. ')
      : [first, ...report, ...advice.map((line) => `  ${line}`)].join('\n');
  return new ExporterError(code, message, cause === undefined ? undefined : { cause });
}
