import type { DecoderSpec } from '../config/spec.ts';
import { nameBit, unknownName } from '../kernel/changes.ts';
import type { System } from '../kernel/system.ts';
import { requireSize } from './decode-error.ts';
import type { Step } from './decoder.ts';
import { readU32 } from './host-order.ts';

/** The name of a network interface, from its index. */
export function ifname(_spec: DecoderSpec, { interfaces }: System): Step {
  return {
    takes: 'bytes',
    changing: interfaces,
    decode(input, answer) {
      requireSize('ifname', input, 4);
      const index = readU32(input);
      const name = interfaces.name(index);
      answer.restsOn |= name === undefined ? unknownName : nameBit(index);
      return name ?? `unknown:${index}`;
    },
  };
}
