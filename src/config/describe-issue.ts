import type * as z from 'zod';
import { didYouMean } from './nearest.ts';
import type { Finding, Path } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** Says what is wrong; the schema's own message is the second half, what is needed instead. */
export function describeIssue(issue: Issue): Finding {
  const message = issue.code === 'custom' ? issue.message : `${whatIsWrong(issue)}; ${issue.message}`;
  return { at: issue.path, message };
}

function whatIsWrong(issue: Issue): string {
  const { path, input } = issue;
  const parent = path.slice(0, -1);
  const key = path.at(-1);
  if (input === undefined) return `${subject(parent)} has no ${subject(path)}`;
  if (issue.code === 'invalid_value' && typeof input === 'string') {
    const what = key === 'name' ? subject(parent) : String(key);
    return `unknown ${what} ${didYouMean(input, issue.values.map(String))}`;
  }
  const owner = typeof key === 'string' && parent.length > 0 ? ` of ${subject(parent)}` : '';
  return `${subject(path)}${owner} is ${issue.code === 'too_big' ? 'too big' : show(input)}`;
}

/** `counter` for an item of counters, `"help"` for a value. */
export function subject(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  return typeof last === 'number' ? String(path.at(-2)).replace(/s$/, '') : `"${String(last)}"`;
}

function show(input: unknown): string {
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : 'a list';
  if (typeof input === 'object') return 'a mapping';
  return typeof input === 'string' ? JSON.stringify(input) : String(input);
}
