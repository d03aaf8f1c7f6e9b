import { testDecoder } from './decoder-testing.ts';

testDecoder('pci_class', [
  { it: 'names a class', input: '1', gives: 'Mass storage controller' },
  { it: 'marks an unknown class with two digits', input: '15', gives: 'unknown pci class: 0x0f' },
  { it: 'refuses a text', input: 'one', fails: 'pci_class needs an unsigned decimal number, got "one"' },
]);
