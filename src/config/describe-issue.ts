import type { BaseIssue } from 'valibot';
import type { Finding, Path } from './problem.ts';
import { cut, quote } from './quote.ts';

type Issue = BaseIssue<unknown>;

/** Says what is wrong; the schema's own message is the second half, what is needed instead. */
export function describeIssue({ type, input, path, message }: Issue): Finding {
  const at = path?.map(({ key }) => key as PropertyKey) ?? [];
  if (type === 'raw_check') return { at, message };
  const key = at.at(-1);
  const parent = at.slice(0, -1);
  if (type === 'picklist' && typeof input === 'string') {
    const what = key === 'name' ? subject(parent) : String(key);
    return { at, message: `unknown ${what} ${message}` };
  }
  if (input === undefined) return { at, message: `${subject(parent)} has no ${subject(at)}; ${message}` };
  const owner = typeof key === 'string' && parent.length > 0 ? ` of ${subject(parent)}` : '';
  const found = type === 'max_value' ? 'too big' : show(input);
  return { at, message: `${subject(at)}${owner} is ${found}; ${message}` };
}

/** `counter` for an item of counters, `"help"` for a value. */
export function subject(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  return typeof last === 'number' ? String(path.at(-2)).replace(/s$/, '') : quote(String(last));
}

function show(input: unknown): string {
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : 'a list';
  if (typeof input === 'object') return 'a mapping';
  return typeof input === 'string' ? quote(input) : cut(String(input));
}
