import { testDecoder } from './decoder-testing.ts';

testDecoder('pci_device', [
  { it: 'names a product', input: String(0x80861000), gives: '82542 Gigabit Ethernet Controller (Fiber)' },
  {
    it: 'marks an unknown product with its vendor',
    input: String(0x80861001),
    gives: 'unknown pci device: 0x80861001',
  },
  { it: 'marks a small number with four digits', input: '16', gives: 'unknown pci device: 0x0010' },
  {
    it: 'refuses a text',
    input: '0x80861000',
    fails: 'pci_device needs an unsigned decimal number, got "0x80861000"',
  },
]);
