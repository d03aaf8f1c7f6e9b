import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeErrno, ENOTSUPP } from './errno.ts';

const table: readonly [errno: number, text: string][] = [
  [1, 'EPERM (operation not permitted)'],
  [2, 'ENOENT (no such file or directory)'],
  [22, 'EINVAL (invalid argument)'],
  [95, 'EOPNOTSUPP (operation not supported)'],
  [ENOTSUPP, 'ENOTSUPP (operation not supported by the kernel)'],
  [4000, 'libbpf error 4000'],
  [4095, 'libbpf error 4095'],
  [0, 'errno 0'],
  [600, 'errno 600'],
];

for (const [errno, text] of table) {
  test(`errno ${errno} is ${text}`, () => assert.equal(describeErrno(errno), text));
}
