import type { Changing } from '../kernel/system.ts';

/** What a decoder says to drop the whole label set silently. */
export const skip: unique symbol = Symbol('skip');

/** What an answer rests on, noted by the decoders that gave it: bits of `Changing`; none: it is final. */
export type Answer = { restsOn: number };

/**
 * One step from bytes to a label value.
 *
 * The input is only valid during the call: it may be a view of a buffer that is reused. The output is either text
 * (standing for its UTF-8 bytes) or bytes that may not be valid UTF-8; the next decoder of the label gets those bytes.
 * An input that cannot be decoded throws `ExporterError` with code `decode`; only that entry is lost.
 */
export type Decoder = (input: Buffer, answer: Answer) => string | Buffer | typeof skip;

/** The same for a decoder of text: bytes reach it as UTF-8, with U+FFFD in place of what is not. */
export type TextDecoder = (text: string, answer: Answer) => string | typeof skip;

/**
 * A decoder made ready for one label. `changing` is what it asks, when that may change while we run; it then notes in
 * the answer what that rests on.
 */
export type Step = { readonly changing?: Changing } & (
  | { readonly takes: 'bytes'; readonly decode: Decoder }
  | { readonly takes: 'text'; readonly decode: TextDecoder }
);
