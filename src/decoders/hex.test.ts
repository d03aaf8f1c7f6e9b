import { testDecoder } from './decoder-testing.ts';

testDecoder('hex', [
  { it: 'prints two lower-case digits a byte', input: [0, 0x0a, 0xff], gives: '000aff' },
  { it: 'prints the bytes of a text', input: 'é', gives: 'c3a9' },
  { it: 'is empty for an empty input', input: [], gives: '' },
]);
