import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openNative } from '../native/library.ts';
import { libbpfMissing } from '../native/native-testing.ts';
import { findUser } from './user.ts';

const skip = libbpfMissing();

test('finds a user by name and by number', { skip }, () => {
  const root = { name: 'root', uid: 0, gid: 0 };
  assert.deepEqual(findUser(openNative(), 'root'), root);
  assert.deepEqual(findUser(openNative(), '0'), root);
});

test('takes the numbers of a user that the system does not know', { skip }, () => {
  assert.deepEqual(findUser(openNative(), '70000:70001'), { name: undefined, uid: 70000, gid: 70001 });
});

test('an unknown user is an error that says how to make one', { skip }, () => {
  assert.throws(() => findUser(openNative(), 'ebpfer'), {
    code: 'usage',
    message: /this system has no such user; create it \(useradd --system ebpfer\)/,
  });
  assert.throws(() => findUser(openNative(), '70000'), { code: 'usage' });
});
