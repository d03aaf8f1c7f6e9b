import { signedDecimal } from './decimal.ts';
import type { Step } from './decoder.ts';
import { errnos } from './errno-names.ts';
import { numberedNames } from './numbered-names.ts';

/** The name of an error number as user space sees it (positive). EAGAIN and EDEADLK win over their aliases. */
export function errno(): Step {
  let names: readonly (string | undefined)[] | undefined;
  return {
    takes: 'text',
    decode(text) {
      const number = signedDecimal('errno', text);
      names ??= numberedNames(errnos);
      return names[Number(number)] ?? `unknown:${number}`;
    },
  };
}
