import { testDecoder } from './decoder-testing.ts';

testDecoder('regexp', [
  {
    it: 'yields the whole match without a group',
    input: 'kworker/0:1',
    regexps: ['[a-z]+'],
    gives: 'kworker',
  },
  { it: 'yields the only group', input: 'kworker/0:1', regexps: ['^([a-z]+)/'], gives: 'kworker' },
  { it: 'counts a named group as a group', input: 'cpu7', regexps: ['cpu(?P<n>[0-9]+)'], gives: '7' },
  { it: 'does not count a group without capture', input: 'cpu7', regexps: ['(?:cpu)[0-9]'], gives: 'cpu7' },
  { it: 'never yields from two groups', input: 'ab', regexps: ['(a)(b)'], gives: 'skip' },
  { it: 'goes on after a pattern with two groups', input: 'ab', regexps: ['(a)(b)', 'b'], gives: 'b' },
  { it: 'tries patterns in order', input: 'bash', regexps: ['zsh', 'ba', 'bash'], gives: 'ba' },
  { it: 'yields nothing for a group that took no part', input: 'b', regexps: ['(a)|b'], gives: '' },
  { it: 'is not anchored', input: 'xx sshd xx', regexps: ['sshd'], gives: 'sshd' },
  { it: 'prefers the leftmost alternative, as Perl does', input: 'abcd', regexps: ['ab|abcd'], gives: 'ab' },
  { it: 'matches case-insensitively when asked', input: 'SSHD', regexps: ['(?i)sshd'], gives: 'SSHD' },
  { it: 'matches an empty text', input: '', regexps: ['^$'], gives: '' },
  { it: 'skips when nothing matches', input: 'bash', regexps: ['zsh'], gives: 'skip' },
  { it: 'skips when there are no patterns', input: 'bash', gives: 'skip' },
  { it: 'takes linear time', input: 'a'.repeat(10_000), regexps: ['(a*)*b', 'a$'], gives: 'a' },
]);
