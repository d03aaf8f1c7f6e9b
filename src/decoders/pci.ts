import type { PciIds, System } from '../kernel/system.ts';
import { unsignedDecimal } from './decimal.ts';
import type { Step } from './decoder.ts';

/** A decoder that looks an unsigned number up in pci.ids. */
export function pciStep(decoder: string, { pci }: System, name: (pci: PciIds, id: bigint) => string): Step {
  return {
    takes: 'text',
    decode: (text) => (pci.present ? name(pci, unsignedDecimal(decoder, text)) : 'missing pci.ids db'),
  };
}

export function className(pci: PciIds, classId: bigint): string {
  return pci.class(Number(classId)) ?? `unknown pci class: 0x${hexDigits(classId, 2)}`;
}

export function hexDigits(value: bigint, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
