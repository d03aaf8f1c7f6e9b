import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from './cri-testing.ts';
import { messagesAt, protobufFields, textAt } from './protobuf.ts';

test('fields of every wire type are read in their order', () => {
  const fixed = Buffer.from([0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x25, 1, 2, 3, 4]);
  const message = Buffer.concat([
    encode([
      [1, 300],
      [2, 'text'],
      [2, [[1, 'inner']]],
    ]),
    fixed,
  ]);
  assert.deepEqual(
    [...protobufFields(message)].map(({ number, bytes, value }) => [number, bytes.length, value]),
    [
      [1, 0, 300],
      [2, 4, 0],
      [2, 7, 0],
      [3, 8, 0],
      [4, 4, 0],
    ],
  );
  assert.deepEqual(
    messagesAt(message, 2).map((part) => part.toString('latin1')),
    ['text', '\n\x05inner'],
  );
});

test('the last field of a number counts, and one that is absent is empty', () => {
  const message = encode([
    [1, 'a'],
    [1, 'b'],
  ]);
  assert.deepEqual([textAt(message, 1), textAt(message, 2)], ['b', '']);
});

for (const [what, bytes] of [
  ['a text', encode([[1, 'text']]).subarray(0, 4)],
  ['a number', Buffer.from([8, 0x80])],
  ['a group, which is of old', Buffer.from([0x0b])],
] as const) {
  test(`${what} that is cut off is an error`, () => assert.throws(() => [...protobufFields(bytes)]));
}
