import type { DecoderSpec } from '../config/spec.ts';
import type { System } from '../kernel/system.ts';
import type { Step } from './decoder.ts';
import { className, hexDigits, pciStep } from './pci.ts';

/** The name of a PCI device subclass, from class << 8 | subclass. */
export function pciSubclass(_spec: DecoderSpec, system: System): Step {
  return pciStep('pci_subclass', system, (pci, id) => {
    const classId = id >> 8n;
    const subclass = id & 0xffn;
    if (pci.class(Number(classId)) === undefined) return className(pci, classId);
    return (
      pci.subclass(Number(classId), Number(subclass)) ??
      `unknown pci subclass: 0x${hexDigits(subclass, 2)} (class 0x${hexDigits(classId, 2)})`
    );
  });
}
