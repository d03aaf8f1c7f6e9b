import { testDecoder } from './decoder-testing.ts';

testDecoder('string', [
  { it: 'ends at the first NUL', input: 'sshd\0junk\0', gives: 'sshd' },
  { it: 'takes everything when there is no NUL', input: 'sixteen bytes 16', gives: 'sixteen bytes 16' },
  { it: 'is empty when the first byte is NUL', input: [0, 0x41], gives: '' },
  { it: 'is empty for an empty input', input: '', gives: '' },
  { it: 'keeps UTF-8', input: 'žluť\0', gives: 'žluť' },
  { it: 'shows bytes that are not UTF-8 as U+FFFD', input: [0x61, 0xff, 0x62, 0], gives: 'a\ufffdb' },
]);
