import type { DecoderSpec } from '../config/spec.ts';
import { symbolBits } from '../kernel/symbol-bits.ts';
import type { System } from '../kernel/system.ts';
import { decodeError } from './decode-error.ts';
import type { Step } from './decoder.ts';
import { readU64 } from './host-order.ts';

/** The kernel symbols that cover the addresses of a stack, one a line; a zero address ends the stack. */
export function kstack(_spec: DecoderSpec, { symbols }: System): Step {
  return {
    takes: 'bytes',
    changing: symbols,
    decode(input, answer) {
      if (input.length % 8 !== 0)
        throw decodeError(`kstack needs a multiple of 8 bytes, got ${input.length}`);
      const lines: string[] = [];
      for (let offset = 0; offset < input.length; offset += 8) {
        const address = readU64(input, offset);
        if (address === 0n) break;
        const symbol = symbols.covering(address);
        answer.restsOn |= symbolBits(symbol);
        lines.push(symbol ?? '??');
      }
      return lines.join('\n');
    },
  };
}
