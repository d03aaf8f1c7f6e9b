import type { DecoderSpec } from '../config/spec.ts';
import type { Step } from './decoder.ts';

/** The value that the configuration maps a text to. */
export function staticMap({ staticMap, allowUnknown }: DecoderSpec): Step {
  if (staticMap === undefined) return { takes: 'text', decode: () => 'empty mapping' };
  return {
    takes: 'text',
    decode: (text) => staticMap.get(text) ?? (allowUnknown ? text : `unknown:${text}`),
  };
}
