import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Btf } from './btf.ts';
import { fieldAt, leavesOf } from './btf-path.ts';
import { blob, info } from './btf-testing.ts';
import { declaration } from './btf-type.ts';

/*
 * struct outer { u32 a; struct { u32 b; union { u32 c; u32 d; }; }; struct inner in[2]; u32 low:3, high:5; };
 * struct inner { u32 x; u32 y[4]; };
 */
const type = new Btf(
  blob([
    /* 1 */ ['u32', info(1), 4, 32],
    /* 2 */ ['', info(5, 2), 4, 'c', 1, 0, 'd', 1, 0],
    /* 3 */ ['', info(4, 2), 8, 'b', 1, 0, '', 2, 32],
    /* 4 */ ['', info(3), 0, 1, 1, 4],
    /* 5 */ ['inner', info(4, 2), 20, 'x', 1, 0, 'y', 4, 32],
    /* 6 */ ['', info(3), 0, 5, 1, 2],
    /* 7 */ ['outer', info(4, 5, true), 56, 'a', 1, 0, '', 3, 32, 'in', 6, 96, 'low', 1, 0x03000000 + 416, 'high', 1, 0x05000000 + 419],
  ]), // biome-ignore format: a table
).type(7);

const found: readonly [path: string, bitOffset: number, bitSize: number][] = [
  ['a', 0, 32],
  ['b', 32, 32],
  ['d', 64, 32],
  ['in', 96, 320],
  ['in[1]', 256, 160],
  ['in[1].x', 256, 32],
  ['in[1].y[3]', 384, 32],
  ['low', 416, 3],
  ['high', 419, 5],
];
for (const [path, bitOffset, bitSize] of found) {
  test(`${path} is a path`, () => {
    const field = fieldAt(type, path);
    assert.deepEqual([field?.name, field?.bitOffset, field?.bitSize], [path, bitOffset, bitSize]);
  });
}

for (const path of [
  '',
  'e',
  'a.b',
  'a[0]',
  'in.x',
  'in[2]',
  'in[1].y[4]',
  'in[-1]',
  'in[0]x',
  '.a',
  'a.',
  '[0]',
]) {
  test(`"${path}" is no path`, () => assert.equal(fieldAt(type, path), undefined));
}

test('the leaves of a struct are what is no struct itself', () => {
  assert.deepEqual(
    leavesOf(type).map((field) => [field.bitOffset, declaration(field)]),
    [
      [0, 'u32 a'],
      [32, 'u32 b'],
      [64, 'u32 c'],
      [64, 'u32 d'],
      [96, 'struct inner[2] in'],
      [416, 'u32 low:3'],
      [419, 'u32 high:5'],
    ],
  );
});

test('what has no parts is one leaf', () => {
  const [leaf, ...more] = leavesOf(fieldAt(type, 'in')!.type);
  assert.deepEqual([leaf?.name, leaf?.bitSize, more.length], ['', 320, 0]);
});
