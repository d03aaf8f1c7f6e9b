import { compileRe2 } from '../config/re2.ts';
import type { DecoderSpec } from '../config/spec.ts';
import { type Step, skip } from './decoder.ts';

/** The only group, or else the whole match, of the first pattern that matches; without a match the label set is skipped. */
export function regexp({ regexps }: DecoderSpec): Step {
  // A pattern with two or more groups never yields, so it need not be tried.
  const patterns = regexps.map(compileRe2).filter((pattern) => pattern.groupCount() < 2);
  return {
    takes: 'text',
    decode(text) {
      for (const pattern of patterns) {
        const matcher = pattern.matcher(text);
        // A group that took no part in the match is null and stands for nothing.
        if (matcher.find()) return matcher.group(pattern.groupCount()) ?? '';
      }
      return skip;
    },
  };
}
