import { testDecoder } from './decoder-testing.ts';

testDecoder('errno', [
  { it: 'names an error', input: '32', gives: 'EPIPE' },
  { it: 'names the first', input: '1', gives: 'EPERM' },
  { it: 'names the last', input: '133', gives: 'EHWPOISON' },
  { it: 'prefers EAGAIN to EWOULDBLOCK', input: '11', gives: 'EAGAIN' },
  { it: 'prefers EDEADLK to EDEADLOCK', input: '35', gives: 'EDEADLK' },
  { it: 'marks success', input: '0', gives: 'unknown:0' },
  { it: 'marks a gap', input: '41', gives: 'unknown:41' },
  { it: 'marks a number internal to the kernel', input: '512', gives: 'unknown:512' },
  { it: 'marks a negative number', input: '-32', gives: 'unknown:-32' },
  {
    it: 'marks a negative number that uint made unsigned',
    input: '18446744073709551584',
    gives: 'unknown:18446744073709551584',
  },
  { it: 'reads leading zeros and a plus', input: '+0032', gives: 'EPIPE' },
  { it: 'refuses a text', input: 'EPIPE', fails: 'errno needs a decimal number, got "EPIPE"' },
  { it: 'refuses a number with a blank', input: '32 ', fails: 'errno needs a decimal number, got "32 "' },
  { it: 'refuses hex', input: '0x20', fails: 'errno needs a decimal number, got "0x20"' },
  { it: 'refuses an empty text', input: '', fails: 'errno needs a decimal number, got ""' },
]);
