import { testDecoder } from './decoder-testing.ts';

testDecoder('pci_subclass', [
  { it: 'names a subclass', input: '264', gives: 'Non-Volatile memory controller' },
  { it: 'marks an unknown subclass', input: '265', gives: 'unknown pci subclass: 0x09 (class 0x01)' },
  { it: 'marks an unknown class', input: String(0x0f01), gives: 'unknown pci class: 0x0f' },
  { it: 'refuses a text', input: 'NVMe', fails: 'pci_subclass needs an unsigned decimal number, got "NVMe"' },
]);
