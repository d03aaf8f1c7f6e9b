import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readKallsyms } from './kallsyms.ts';
import { fakeRoot } from './root-testing.ts';
import { SymbolTable } from './symbol-table.ts';

const table = tableOf(`0000000000000000 A fixed_percpu_data
ffffffff81000000 T _text
ffffffff81000000 T _stext
ffffffff81000100 d not_code
ffffffff81000100 t do_nanosleep
ffffffff81000200 W weak_symbol
ffffffff81000300 T _etext
ffffffff82400000 D jiffies
ffffffffc0009000 t late\t[jbd2]
ffffffffc0005000 t commit_timeout\t[jbd2]
ffffffffc0005000 t commit_alias\t[jbd2]
ffffffffc0007000 t jiffies\t[odd]
ffffffffc0300000 t bpf_prog_6deef7357e7b4530_count\t[bpf]
`);

const exact: readonly [string, bigint, string | undefined][] = [
  ['finds a symbol', 0xffffffff81000200n, 'weak_symbol'],
  ['takes the first of several in the order of the file', 0xffffffff81000000n, '_text'],
  ['finds data', 0xffffffff82400000n, 'jiffies'],
  ['finds module symbols that are out of order', 0xffffffffc0005000n, 'commit_timeout\t[jbd2]'],
  ['finds the last address', 0xffffffffc0300000n, 'bpf_prog_6deef7357e7b4530_count\t[bpf]'],
  ['finds no symbol one byte past', 0xffffffff81000201n, undefined],
  ['finds no symbol past the end', 2n ** 64n - 1n, undefined],
];

for (const [sentence, address, symbol] of exact) {
  test(`at ${sentence}`, () => assert.equal(table.at(address), symbol));
}

const covering: readonly [string, bigint, string | undefined][] = [
  ['takes the first byte', 0xffffffff81000200n, 'weak_symbol'],
  ['takes a byte inside', 0xffffffff810000ffn, '_text'],
  ['takes the code of an address that code and data share', 0xffffffff81000180n, 'do_nanosleep'],
  ['ends with the kernel text', 0xffffffff81000300n, undefined],
  ['does not take data', 0xffffffff82400004n, undefined],
  ['does not reach from one module to the next', 0xffffffffc0200000n, undefined],
  ['takes module code', 0xffffffffc0005abcn, 'commit_timeout\t[jbd2]'],
  ['takes a BPF program', 0xffffffffc0300010n, 'bpf_prog_6deef7357e7b4530_count\t[bpf]'],
  ['has a limit at the end', 0xffffffffffff0000n, undefined],
  ['knows nothing below the text', 0xffffffff80ffffffn, undefined],
];

for (const [sentence, address, symbol] of covering) {
  test(`covering ${sentence}`, () => assert.equal(table.covering(address), symbol));
}

const addresses: readonly [string, bigint | undefined][] = [
  ['do_nanosleep', 0xffffffff81000100n],
  ['jiffies', 0xffffffff82400000n],
  ['commit_alias', 0xffffffffc0005000n],
  ['late', 0xffffffffc0009000n],
  ['nanosleep', undefined],
  ['do_nano', undefined],
  ['[jbd2]', undefined],
];

for (const [name, address] of addresses) {
  test(`addressOf ${name} is ${address?.toString(16) ?? 'unknown'}`, () =>
    assert.equal(table.addressOf(name), address));
}

test('a table is hidden when every address is zero', () => {
  assert.equal(table.hidden, false);
  assert.equal(tableOf('0000000000000000 T _text\n0000000000000000 T _stext\n').hidden, true);
});

test('an empty table knows nothing', () => {
  assert.equal(SymbolTable.empty.hidden, false);
  assert.equal(SymbolTable.empty.at(0xffffffff81000000n), undefined);
  assert.equal(SymbolTable.empty.covering(0xffffffff81000000n), undefined);
  assert.equal(SymbolTable.empty.addressOf('_text'), undefined);
});

test('a table of many symbols, read in many pieces, keeps each of them in little memory', () => {
  const count = 200_000;
  const address = (index: number): bigint => 0xffff800080000000n + BigInt(index) * 64n;
  const lines = Array.from(
    { length: count },
    (_, index) => `${address(index).toString(16)} t function_${index}\n`,
  );
  const large = tableOf(lines.reverse().join(''));
  for (const index of [0, 1, 4095, 131_071, 131_072, count - 1]) {
    assert.equal(large.at(address(index)), `function_${index}`);
    assert.equal(large.covering(address(index) + 63n), `function_${index}`);
    assert.equal(large.addressOf(`function_${index}`), address(index));
  }
  assert.ok(large.byteLength / count < 32, `${large.byteLength} bytes`);
});

function tableOf(text: string): SymbolTable {
  return new SymbolTable(readKallsyms(join(fakeRoot({ 'proc/kallsyms': text }).path, 'proc/kallsyms')));
}

const odd: readonly [string, string, readonly (string | undefined)[]][] = [
  ['an empty file has none', '', [undefined, undefined]],
  ['an empty line has none', '\n', [undefined, undefined]],
  ['short lines are read as they are', '1 T a\n2 t b\n', ['a', 'b']],
  ['a last line that ends in its address does not', '1 T a\n2', ['a', undefined]],
];

for (const [sentence, text, symbols] of odd) {
  test(`of symbols, ${sentence}`, () => {
    const found = tableOf(text);
    assert.deepEqual([found.at(1n), found.at(2n)], symbols);
  });
}
