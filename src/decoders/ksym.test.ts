import { hostBytes, testDecoder } from './decoder-testing.ts';

testDecoder('ksym', [
  { it: 'names the symbol at an address', input: hostBytes(8, 0xffffffff81000100n), gives: 'do_nanosleep' },
  {
    it: 'names the module after a tab',
    input: hostBytes(8, 0xffffffffc0000200n),
    gives: 'commit_timeout\t[jbd2]',
  },
  {
    it: 'does not take an address inside a symbol',
    input: hostBytes(8, 0xffffffff81000101n),
    gives: 'unknown_addr:0xffffffff81000101',
  },
  {
    it: 'prints a small address without leading zeros',
    input: hostBytes(8, 0x1f),
    gives: 'unknown_addr:0x1f',
  },
  { it: 'marks a null address', input: hostBytes(8, 0), gives: 'unknown_addr:0x0' },
  { it: 'refuses four bytes', input: hostBytes(4, 1), fails: 'ksym needs 8 bytes, got 4' },
]);
