import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberedNames } from './numbered-names.ts';

test('a number says where the names after it start', () => {
  const names = numberedNames('\n1 one two\nthree 7 seven\n');
  assert.deepEqual(
    [names[0], names[1], names[2], names[3], names[4], names[7]],
    [undefined, 'one', 'two', 'three', undefined, 'seven'],
  );
});
