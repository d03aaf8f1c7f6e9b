import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nativeError } from './native-error.ts';

const failure = { code: 'map_read', operation: 'read', object: 'map "start"', errno: 1 } as const;

test('an error names operation, object and errno', () => {
  const error = nativeError(failure);
  assert.equal(error.code, 'map_read');
  assert.equal(error.message, 'Cannot read map "start": EPERM (operation not permitted)');
});

test('details and a remedy follow in the same line', () => {
  const { message } = nativeError({ ...failure, details: ['no reason'], remedy: 'run as root' });
  assert.equal(
    message,
    'Cannot read map "start": EPERM (operation not permitted); no reason. What to do: run as root',
  );
});

test('a report stands below the first line, and the remedy below it', () => {
  const { message } = nativeError({ ...failure, report: ['  a', '  b'], remedy: 'run as root' });
  assert.deepEqual(message.split('\n').slice(1), ['  a', '  b', '  What to do: run as root']);
});

test('what was thrown before is the cause', () => {
  const cause = new Error('first');
  assert.equal(nativeError({ ...failure, cause }).cause, cause);
});
