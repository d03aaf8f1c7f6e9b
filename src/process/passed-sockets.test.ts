import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passedSocket } from './passed-sockets.ts';

test('sockets of the service manager count from descriptor 3', () => {
  const env = { LISTEN_PID: '42', LISTEN_FDS: '2' };
  assert.equal(passedSocket(0, env, 42), 3);
  assert.equal(passedSocket(1, env, 42), 4);
});

for (const [what, env, message] of [
  ['started by hand', {}, /none was passed/],
  ['of another process', { LISTEN_PID: '41', LISTEN_FDS: '3' }, /none was passed/],
  ['beyond those passed', { LISTEN_PID: '42', LISTEN_FDS: '2' }, /only 2 were passed/],
] as const) {
  test(`a socket ${what} is an error that says what to do`, () => {
    assert.throws(() => passedSocket(2, env, 42), { code: 'listen', message });
  });
}
