import type { DecoderSpec } from '../config/spec.ts';
import { symbolBits } from '../kernel/symbol-bits.ts';
import type { System } from '../kernel/system.ts';
import { requireSize } from './decode-error.ts';
import type { Step } from './decoder.ts';
import { readU64 } from './host-order.ts';

/** The kernel symbol at exactly an address. */
export function ksym(_spec: DecoderSpec, { symbols }: System): Step {
  return {
    takes: 'bytes',
    changing: symbols,
    decode(input, answer) {
      requireSize('ksym', input, 8);
      const address = readU64(input);
      const symbol = symbols.at(address);
      answer.restsOn |= symbolBits(symbol);
      return symbol ?? `unknown_addr:0x${address.toString(16)}`;
    },
  };
}
