import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FakeRoot, fakeRoot } from './root-testing.ts';
import { Symbols } from './symbols.ts';

const kernel = 'ffffffff81000000 T _text\nffffffff81000100 T do_nanosleep\n';
const jbd2 = 'ffffffffc0005000 t commit_timeout\t[jbd2]\n';
const inJbd2 = 0xffffffffc0005000n;

test('symbols of a module loaded later are found by a miss, 10 seconds after the last reading', () => {
  const { symbols, root, wait } = given(kernel);
  assert.equal(symbols.at(inJbd2), undefined);
  root.write('proc/kallsyms', kernel + jbd2);
  wait(9_999);
  assert.equal(symbols.at(inJbd2), undefined);
  assert.equal(symbols.changes.generation, 0);
  wait(1);
  assert.equal(symbols.at(inJbd2), 'commit_timeout\t[jbd2]');
  assert.equal(symbols.changes.generation, 1);
});

test('misses read less and less often while they find nothing new', () => {
  const { symbols, root, wait } = given(kernel);
  symbols.at(inJbd2);
  wait(10_000);
  symbols.at(inJbd2);
  root.write('proc/kallsyms', kernel + jbd2);
  wait(19_999);
  assert.equal(symbols.at(inJbd2), undefined);
  wait(1);
  assert.equal(symbols.covering(inJbd2 + 1n), 'commit_timeout\t[jbd2]');
});

test('a change of /proc/modules cuts that wait short', () => {
  const { symbols, root, wait } = given(kernel);
  symbols.at(inJbd2);
  wait(10_000);
  symbols.at(inJbd2);
  root.write('proc/kallsyms', kernel + jbd2);
  root.write('proc/modules', 'jbd2 126976 1 ext4, Live 0xffffffffc0005000\n');
  wait(10_000);
  assert.equal(symbols.at(inJbd2), 'commit_timeout\t[jbd2]');
});

test('refresh follows /proc/modules, so that an unknown symbol gets its name and an old one loses it', () => {
  const { symbols, root, wait } = given(kernel);
  assert.equal(symbols.at(inJbd2), undefined);
  root.write('proc/kallsyms', kernel + jbd2);
  root.write('proc/modules', 'jbd2 126976 1 ext4, Live 0xffffffffc0005000\n');
  wait(10_000);
  symbols.refresh();
  assert.equal(symbols.changes.generation, 1);
  assert.equal(symbols.at(inJbd2), 'commit_timeout\t[jbd2]');
  root.write('proc/kallsyms', kernel);
  root.write('proc/modules', '');
  wait(10_000);
  symbols.refresh();
  assert.equal(symbols.changes.generation, 2);
  assert.equal(symbols.at(inJbd2), undefined);
});

test('refresh looks again for an address that was unknown, as rarely as the misses would', () => {
  const { symbols, root, wait } = given(kernel);
  symbols.at(inJbd2);
  wait(10_000);
  symbols.at(inJbd2);
  root.write('proc/kallsyms', kernel + jbd2);
  wait(19_999);
  symbols.refresh();
  assert.equal(symbols.changes.generation, 0);
  wait(1);
  symbols.refresh();
  assert.equal(symbols.changes.generation, 1);
});

test('refresh finds out that another BPF program is where one was', () => {
  const program = (name: string): string => `ffffffffc0006000 t bpf_prog_0123_${name}\t[bpf]\n`;
  const { symbols, root, wait } = given(kernel + program('old'));
  assert.equal(symbols.covering(0xffffffffc0006010n), 'bpf_prog_0123_old\t[bpf]');
  root.write('proc/kallsyms', kernel + program('new'));
  wait(10_000);
  symbols.refresh();
  assert.equal(symbols.changes.generation, 1);
  assert.equal(symbols.covering(0xffffffffc0006010n), 'bpf_prog_0123_new\t[bpf]');
});

test('refresh takes no notice of the counters in /proc/modules', () => {
  const { symbols, root, wait } = given(kernel);
  root.write('proc/modules', 'jbd2 126976 1 ext4, Live 0xffffffffc0005000\n');
  symbols.at(0xffffffff81000000n);
  root.write('proc/modules', 'jbd2 126976 2 ext4,ocfs2, Live 0xffffffffc0005000\n');
  root.write('proc/kallsyms', kernel + jbd2);
  wait(10_000);
  symbols.refresh();
  assert.equal(symbols.changes.generation, 0);
});

test('a reading that finds the same symbols leaves the generation', () => {
  const { symbols, wait } = given(kernel);
  symbols.at(inJbd2);
  wait(10_000);
  symbols.at(inJbd2);
  assert.equal(symbols.changes.generation, 0);
});

test('nothing is read before the first question', () => {
  const { symbols, warnings } = given(undefined);
  symbols.refresh();
  assert.equal(symbols.changes.generation, 0);
  assert.deepEqual(warnings, []);
});

test('user-space addresses are unknown without reading', () => {
  const { symbols, warnings } = given(undefined);
  assert.equal(symbols.at(0n), undefined);
  assert.equal(symbols.covering(0x7fffffffffffn), undefined);
  assert.deepEqual(warnings, []);
});

test('hidden addresses are unknown and said once, with what is needed', () => {
  const { symbols, warnings, wait } = given('0000000000000000 T _text\n0000000000000000 T do_nanosleep\n');
  assert.equal(symbols.addressOf('_text'), undefined);
  wait(10_000);
  assert.equal(symbols.at(inJbd2), undefined);
  assert.equal(symbols.covering(inJbd2), undefined);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0]!,
    /every address in .*kallsyms reads as zero; CAP_SYSLOG is needed .*kptr_restrict/,
  );
});

test('symbols once known outlive the right to read them', () => {
  const { symbols, root, warnings, wait } = given(kernel);
  assert.equal(symbols.at(0xffffffff81000100n), 'do_nanosleep');
  root.write('proc/kallsyms', '0000000000000000 T _text\n');
  wait(10_000);
  assert.equal(symbols.at(inJbd2), undefined);
  assert.equal(symbols.at(0xffffffff81000100n), 'do_nanosleep');
  assert.equal(symbols.changes.generation, 0);
  assert.equal(warnings.length, 1);
});

test('a missing kallsyms is said once', () => {
  const { symbols, warnings, wait } = given(undefined);
  assert.equal(symbols.at(inJbd2), undefined);
  wait(10_000);
  assert.equal(symbols.at(inJbd2), undefined);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /^Kernel symbols stay unknown: ENOENT/);
});

type Given = { symbols: Symbols; root: FakeRoot; warnings: string[]; wait(ms: number): void };

function given(kallsyms: string | undefined): Given {
  const root = fakeRoot(kallsyms === undefined ? {} : { 'proc/kallsyms': kallsyms });
  const warnings: string[] = [];
  let nowMs = 0;
  const symbols = new Symbols({
    root: root.path,
    warn: (message) => warnings.push(message),
    nowMs: () => nowMs,
  });
  const wait = (ms: number): void => {
    nowMs += ms;
  };
  return { symbols, root, warnings, wait };
}
