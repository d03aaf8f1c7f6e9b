import { hostBytes, testDecoder } from './decoder-testing.ts';

testDecoder('majorminor', [
  { it: 'names a device with a minor above 255', input: hostBytes(4, 0x10010301), gives: 'nvme0n1' },
  { it: 'marks an unknown device', input: hostBytes(4, 0x00000801), gives: 'unknown:8:1' },
  { it: 'reads the largest major and minor', input: hostBytes(4, 0xffffffff), gives: 'unknown:4095:1048575' },
  { it: 'marks device 0', input: hostBytes(4, 0), gives: 'unknown:0:0' },
  { it: 'refuses two bytes', input: hostBytes(2, 1), fails: 'majorminor needs 4 bytes, got 2' },
]);
