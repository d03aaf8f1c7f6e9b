import type { ErrorCode, ExporterError } from '../errors.ts';
import { nativeError } from '../native/native-error.ts';
import type { BpfContext } from './context.ts';
import { findingsIn, tellingLines } from './libbpf-says.ts';
import { type Refusal, remedyFor } from './remedy.ts';
import type { Section } from './sections.ts';

export type Refused = Pick<Refusal, 'operation' | 'errno'> &
  Partial<Pick<Refusal, 'types' | 'typeSupported' | 'map' | 'findings'>> & {
    readonly code: ErrorCode;
    /** To what it was to be done: `program "x" to kprobe/y`. */
    readonly object: string;
    readonly section?: Section | undefined;
    /** What libbpf printed at level warn. */
    readonly warnings: readonly string[];
    /** What the verifier said, for below the first line. */
    readonly report?: readonly string[];
  };

/** The error of an operation of libbpf that was refused: what libbpf said of it, and what to do about it. */
export function refused(context: BpfContext, failure: Refused): ExporterError {
  const { code, operation, object, errno, section, warnings, report = [] } = failure;
  const { types = [], typeSupported = true, map, findings = findingsIn(warnings) } = failure;
  const verified = report.length > 0;
  const refusal = { operation, errno, section, types, typeSupported, map, findings, verified };
  const remedy = remedyFor(refusal, context.facts());
  const details = tellingLines(warnings);
  return nativeError({ code, operation, object, errno, details, report, remedy, cause: { warnings } });
}
