import { hostBytes, testDecoder } from './decoder-testing.ts';

testDecoder('uint', [
  { it: 'prints one byte', input: [255], gives: '255' },
  { it: 'prints two bytes', input: hostBytes(2, 65535), gives: '65535' },
  { it: 'prints four bytes, unsigned', input: hostBytes(4, 0xffffffff), gives: '4294967295' },
  { it: 'prints eight bytes exactly', input: hostBytes(8, 2n ** 64n - 1n), gives: '18446744073709551615' },
  { it: 'prints zero', input: hostBytes(8, 0), gives: '0' },
  { it: 'refuses three bytes', input: [1, 2, 3], fails: 'uint needs 1, 2, 4 or 8 bytes, got 3' },
  { it: 'refuses sixteen bytes', input: Buffer.alloc(16), fails: 'uint needs 1, 2, 4 or 8 bytes, got 16' },
  { it: 'refuses an empty input', input: [], fails: 'uint needs 1, 2, 4 or 8 bytes, got 0' },
]);
