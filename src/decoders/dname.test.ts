import { testDecoder } from './decoder-testing.ts';

testDecoder('dname', [
  { it: 'joins labels with dots', input: '\x03www\x07example\x03com', gives: 'www.example.com' },
  {
    it: 'leaves a trailing dot for a terminating zero',
    input: '\x07example\x03com\0',
    gives: 'example.com.',
  },
  { it: 'ends at the zero', input: '\x07example\x03com\0\x03abc\0\0', gives: 'example.com.' },
  { it: 'takes one label', input: '\x03com', gives: 'com' },
  { it: 'gives a dot for the root', input: [0], gives: '.' },
  { it: 'gives a dot for an empty input', input: [], gives: '.' },
  { it: 'leaves a length past the end alone', input: '\x03www\x07exam', gives: '\x03www\x07exam' },
  { it: 'leaves a bare length alone', input: '\x03', gives: '\x03' },
  {
    it: 'leaves a compression pointer alone',
    input: [3, 0x77, 0x77, 0x77, 0xc0, 0x0c],
    gives: '\x03www\ufffd\x0c',
  },
]);
