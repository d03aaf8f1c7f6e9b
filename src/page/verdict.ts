import type { Status } from '../live/live.ts';
import { counted } from './words.ts';

export type Verdict = {
  readonly level: 'good' | 'warning' | 'error';
  readonly text: string;
  /** Problems of both kinds. */
  readonly problems: number;
};

/** Whether the exporter is well, in a line. */
export function verdictOf({ problems }: Pick<Status, 'problems'>): Verdict {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  if (problems.length === 0) return { level: 'good', text: 'All is well', problems: 0 };
  const parts = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  return { level: errors > 0 ? 'error' : 'warning', text: parts.join(', '), problems: problems.length };
}
