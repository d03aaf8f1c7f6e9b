import { decodeError } from './decode-error.ts';

/** The number that a decimal text stands for; a sign is allowed. Enough digits for any 64-bit integer. */
export function signedDecimal(decoder: string, text: string): bigint {
  if (!/^[+-]?\d{1,20}$/.test(text)) {
    throw decodeError(`${decoder} needs a decimal number, got ${JSON.stringify(text)}`);
  }
  return BigInt(text);
}

/** The same without a sign. */
export function unsignedDecimal(decoder: string, text: string): bigint {
  if (!/^\d{1,20}$/.test(text)) {
    throw decodeError(`${decoder} needs an unsigned decimal number, got ${JSON.stringify(text)}`);
  }
  return BigInt(text);
}
