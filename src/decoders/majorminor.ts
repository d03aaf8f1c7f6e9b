import type { DecoderSpec } from '../config/spec.ts';
import { nameBit, unknownName } from '../kernel/changes.ts';
import { deviceNumber } from '../kernel/devices.ts';
import type { System } from '../kernel/system.ts';
import { requireSize } from './decode-error.ts';
import type { Step } from './decoder.ts';
import { readU32 } from './host-order.ts';

/** The name of a block device, from its number in the form of new_encode_dev (include/linux/kdev_t.h). */
export function majorminor(_spec: DecoderSpec, { devices }: System): Step {
  return {
    takes: 'bytes',
    changing: devices,
    decode(input, answer) {
      requireSize('majorminor', input, 4);
      const device = readU32(input);
      const major = (device >>> 8) & 0xfff;
      const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
      const name = devices.name(major, minor);
      answer.restsOn |= name === undefined ? unknownName : nameBit(deviceNumber(major, minor));
      return name ?? `unknown:${major}:${minor}`;
    },
  };
}
