import type { DecoderSpec } from '../config/spec.ts';
import type { System } from '../kernel/system.ts';
import type { Step } from './decoder.ts';
import { hexDigits, pciStep } from './pci.ts';

/** The name of a PCI vendor. */
export function pciVendor(_spec: DecoderSpec, system: System): Step {
  return pciStep(
    'pci_vendor',
    system,
    (pci, vendor) => pci.vendor(Number(vendor)) ?? `unknown pci vendor: 0x${hexDigits(vendor, 2)}`,
  );
}
