import { testDecoder } from './decoder-testing.ts';
import { stubSystem } from './system-testing.ts';

testDecoder('pci_vendor', [
  { it: 'names a vendor', input: '32902', gives: 'Intel Corporation' },
  { it: 'marks an unknown vendor', input: '4660', gives: 'unknown pci vendor: 0x1234' },
  { it: 'marks a small number with two digits', input: '1', gives: 'unknown pci vendor: 0x01' },
  {
    it: 'says so when there is no pci.ids',
    input: '32902',
    system: { ...stubSystem, pci: { ...stubSystem.pci, present: false } },
    gives: 'missing pci.ids db',
  },
  { it: 'refuses a text', input: 'Intel', fails: 'pci_vendor needs an unsigned decimal number, got "Intel"' },
]);
