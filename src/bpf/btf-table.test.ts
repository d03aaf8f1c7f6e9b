import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BtfTable } from './btf-table.ts';
import { blob, info } from './btf-testing.ts';

const sound = (): Buffer => blob([['u32', info(1), 4, 32]]);

/** Sound BTF with other words (u32) at some places. */
function changed(...words: readonly (readonly [at: number, word: number])[]): Buffer {
  const raw = sound();
  for (const [at, word] of words) raw.writeUInt32LE(word, at);
  return raw;
}

test('sound BTF has its types and strings, and none past them', () => {
  const table = new BtfTable(sound());
  assert.deepEqual([table.types.length, table.string(table.type(1).nameAt)], [2, 'u32']);
  assert.deepEqual([table.string(99), table.type(99).kind], ['', 0]);
});

const faults: readonly [it: string, raw: Buffer, reason: string][] = [
  ['nothing', Buffer.alloc(0), 'it has 0 bytes, its header alone takes 24'],
  ['another magic', changed([0, 0x10001]), 'it begins with 0x1 in place of 0xeb9f'],
  ['the other byte order', changed([0, 0x19feb]), 'it was made for a big-endian machine, this one is little-endian'],
  ['another version', changed([0, 0x2eb9f]), 'its version is 2, only 1 is known'],
  ['a long header', changed([4, 0xffffffff]), 'its header says to be 4294967295 bytes long'],
  ['types past its end', changed([12, 0xfffffff0]), 'its types end at byte 4294967304 of 45'],
  ['strings past its end', changed([20, 6]), 'its strings end at byte 46 of 45'],
  ['types at an odd place', changed([8, 1], [12, 12]), 'its types do not begin at a multiple of 4 bytes'],
  ['strings that do not end', changed([41, 0x78787878]), 'its strings do not begin and end with a zero byte'],
  ['no strings', changed([20, 0]), 'its strings do not begin and end with a zero byte'],
  ['a type of an unknown kind', changed([28, info(20)]), 'type 1 is of kind 20, which is not known'],
  ['a type of no kind', changed([28, 0]), 'type 1 is of kind 0, which is not known'],
  ['a type with more parts than it has', changed([28, info(4, 2)]), 'type 1 is cut off'],
  ['types that end inside of one', changed([12, 8]), 'type 1 is cut off'],
]; // biome-ignore format: a table
for (const [it, raw, reason] of faults) {
  test(`BTF with ${it} is refused`, () => {
    assert.throws(() => new BtfTable(raw), {
      code: 'object_open',
      message: `BTF: ${reason}. What to do: compile it again, with clang -g -O2 -target bpf`,
    });
  });
}
