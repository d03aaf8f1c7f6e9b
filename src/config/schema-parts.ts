import * as v from 'valibot';
import { messageOf } from '../errors.ts';
import { didYouMean } from './nearest.ts';
import { tooLarge } from './pattern-size.ts';
import { cut, quote } from './quote.ts';
import { compileRe2 } from './re2.ts';

/** The pieces that schemas of files are made of. Each one's message is the second half of ours: what is needed. */

export const needed = (what: string): string => `${what} is needed`;
export const about = v.description;

export const text = (what: string) => v.pipe(v.string(needed(what)), v.minLength(1, needed(what)));
export const matching = (pattern: RegExp, what: string) =>
  v.pipe(v.string(needed(what)), v.regex(pattern, needed(what)));
export const listOf = <T extends v.GenericSchema>(item: T, what: string) =>
  v.array(item, needed(`a list of ${what}`));

export function whole(least: number) {
  const message = needed(`a whole number, ${least} or more,`);
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(least, message),
    v.maxValue(Number.MAX_SAFE_INTEGER, message),
  );
}

export function oneOf<const T extends readonly string[]>(values: T) {
  const message = needed(`one of ${values.filter(Boolean).join(', ')}`);
  return v.picklist(values, ({ input }) =>
    typeof input === 'string' ? `${didYouMean(input, values)}; ${message}` : message,
  );
}

/** `ignored`: other keys that may stand beside the entries and mean nothing. */
export function mapping<T extends v.ObjectEntries>(entries: T, ignored?: RegExp) {
  const message = needed(`a mapping of ${Object.keys(entries).join(', ')}`);
  const schema = v.strictObject(entries, (issue) =>
    issue.input === undefined ? messageFor(entries[String(issue.path?.[0].key)], issue) : message,
  );
  const refusal = v.never(message);
  // On its own, valibot takes a list for a mapping.
  const run: v.GenericSchema['~run'] = (dataset, config) =>
    (Array.isArray(dataset.value) ? refusal : schema)['~run'](dataset, config);
  return { ...schema, ignored, '~run': run as (typeof schema)['~run'] };
}

/** A mapping that may be written as the value of one of its keys alone. */
export function shorthand<T extends v.ObjectEntries>(key: keyof T & string, entries: T) {
  return { ...mapping(entries), shorthand: key };
}

/** What an entry that is absent says is needed. */
function messageFor(entry: object | undefined, issue: v.BaseIssue<unknown>): string {
  const message = entry !== undefined && 'message' in entry ? entry.message : undefined;
  return String(typeof message === 'function' ? message(issue) : message);
}

export const flag = v.optional(v.boolean(needed('true or false')), false);

const regexp = v.pipe(
  v.string(needed('a regular expression')),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const large = tooLarge(dataset.value);
    if (large !== undefined) {
      addIssue({ message: `bad regexp ${quote(dataset.value)}: ${large}; a shorter one is needed` });
      return;
    }
    try {
      compileRe2(dataset.value);
    } catch (error) {
      const reason = cut(messageOf(error).replace(/^error parsing regexp: /, ''));
      addIssue({ message: `bad regexp ${quote(dataset.value)}: ${reason}; RE2 syntax is needed` });
    }
  }),
);
export const regexps = v.optional(listOf(regexp, 'regular expressions'), []);
