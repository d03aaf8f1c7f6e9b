import type { DecoderSpec } from '../config/spec.ts';
import type { System } from '../kernel/system.ts';
import type { Step } from './decoder.ts';
import { hexDigits, pciStep } from './pci.ts';

/** The name of a PCI product, from vendor << 16 | device. */
export function pciDevice(_spec: DecoderSpec, system: System): Step {
  return pciStep(
    'pci_device',
    system,
    (pci, id) =>
      pci.device(Number(id >> 16n), Number(id & 0xffffn)) ?? `unknown pci device: 0x${hexDigits(id, 4)}`,
  );
}
