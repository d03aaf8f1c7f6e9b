import type { DecoderSpec } from '../config/spec.ts';
import type { System } from '../kernel/system.ts';
import type { Step } from './decoder.ts';
import { className, pciStep } from './pci.ts';

/** The name of a PCI device class. */
export function pciClass(_spec: DecoderSpec, system: System): Step {
  return pciStep('pci_class', system, className);
}
