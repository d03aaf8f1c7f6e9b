import { hostBytes, testDecoder } from './decoder-testing.ts';

testDecoder('ifname', [
  { it: 'names an interface', input: hostBytes(4, 2), gives: 'eth0' },
  { it: 'marks an unknown index, unsigned', input: hostBytes(4, 0xffffffff), gives: 'unknown:4294967295' },
  { it: 'marks index 0', input: hostBytes(4, 0), gives: 'unknown:0' },
  { it: 'refuses eight bytes', input: hostBytes(8, 2), fails: 'ifname needs 4 bytes, got 8' },
]);
