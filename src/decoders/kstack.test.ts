import { hostBytes, testDecoder } from './decoder-testing.ts';

testDecoder('kstack', [
  {
    it: 'prints covering symbols, one a line, up to a zero',
    input: hostBytes(
      8,
      0xffffffff81000142n,
      0xffffffffc0000201n,
      0xffffffff82000000n,
      0,
      0xffffffff81000100n,
    ),
    gives: 'do_nanosleep\ncommit_timeout\t[jbd2]\n??',
  },
  {
    it: 'takes a full stack without a zero',
    input: hostBytes(8, 0xffffffff81000100n),
    gives: 'do_nanosleep',
  },
  { it: 'is empty for a stack of zeros', input: hostBytes(8, 0, 0), gives: '' },
  { it: 'is empty for an empty input', input: [], gives: '' },
  {
    it: 'refuses a broken length',
    input: Buffer.alloc(12),
    fails: 'kstack needs a multiple of 8 bytes, got 12',
  },
]);
