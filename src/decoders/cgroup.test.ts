import { testDecoder } from './decoder-testing.ts';

testDecoder('cgroup', [
  { it: 'gives the path', input: '7', gives: '/sys/fs/cgroup/system.slice/ssh.service' },
  { it: 'marks an unknown id', input: '8', gives: 'unknown_cgroup_id:8' },
  {
    it: 'takes ids to 2^64 - 1',
    input: '18446744073709551615',
    gives: 'unknown_cgroup_id:18446744073709551615',
  },
  { it: 'refuses a sign', input: '-1', fails: 'cgroup needs an unsigned decimal number, got "-1"' },
  { it: 'refuses a text', input: 'seven', fails: 'cgroup needs an unsigned decimal number, got "seven"' },
  { it: 'refuses an empty text', input: '', fails: 'cgroup needs an unsigned decimal number, got ""' },
]);
