import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maxYamlBytes } from './yaml-document.ts';
import type { YamlNode } from './yaml-node.ts';
import { readYaml } from './yaml-reader.ts';

function plain(node: YamlNode | undefined): unknown {
  if (node?.kind === 'list') return node.items.map(plain);
  if (node?.kind !== 'mapping') return node?.text;
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
}

describe('the YAML reader', () => {
  it('leaves scalars the text that they are, and says whether they had quotes', () => {
    const { root, findings } = readYaml('a: 0x10\nb: "010"\nc:\n');
    deepEqual([plain(root), findings], [{ a: '0x10', b: '010', c: '' }, []]);
    ok(root?.kind === 'mapping');
    const kinds = [...root.entries.values()].map(({ value }) => value.kind === 'scalar' && value.plain);
    deepEqual(kinds, [true, false, true]);
  });

  it('has what an alias and a merge key stand for in its place', () => {
    const { root } = readYaml('x-a: &a {k: 1}\nb: {<<: *a, l: [*a, *a]}');
    deepEqual(plain(root), { 'x-a': { k: '1' }, b: { l: [{ k: '1' }, { k: '1' }], k: '1' } });
  });

  it('takes the anchor that came last before an alias', () => {
    deepEqual(plain(readYaml('[&a 1, *a, &a 2, *a]').root), ['1', '1', '2', '2']);
  });

  it('knows where keys and values are', () => {
    const { root, place } = readYaml('\na:\n  b: c\n');
    ok(root?.kind === 'mapping');
    const entry = root.entries.get('a')!;
    deepEqual(
      [place(entry.keyAt), place(entry.value.at)],
      [
        { line: 2, column: 1 },
        { line: 3, column: 3 },
      ],
    );
  });

  it('takes thousands of aliases of one anchor', () => {
    const text = `a: &a [1, 2, 3]\nb:\n${'  - *a\n'.repeat(3000)}`;
    const started = performance.now();
    const { root, findings } = readYaml(text);
    ok(performance.now() - started < 2000);
    ok(root?.kind === 'mapping' && findings.length === 0);
  });
});

const bomb = Array.from(
  { length: 20 },
  (_, i) => `x-${i}: &x${i} [${`*x${i - 1}, `.repeat(i === 0 ? 0 : 10)}]`,
);
const merges = `x-a: &a {${Array.from({ length: 1000 }, (_, i) => `k${i}: `)}}\nb: [${'{<<: *a}, '.repeat(1000)}]`;
const hostile: readonly [what: string, text: string, message: RegExp][] = [
  ['values by aliases of aliases', bomb.join('\n'), /^more than 100000 values, counting those of aliases each time; fewer/],
  ['values by merges', merges, /^more than 100000 values/],
  ['values', `[${'a,'.repeat(300_000)}]`, /^more than 300000 tokens/],
  ['lines', '\n'.repeat(300_001), /^more than 300000 tokens of YAML; a smaller file is needed/],
  ['open brackets', '['.repeat(1_000_000), /^nested more than 50 levels deep; fewer are needed/],
  ['open braces', '{a: '.repeat(1000), /^nested more than 50 levels deep/],
  ['lists in lists', '- '.repeat(1000), /^nested more than 50 levels deep/],
  ['keys in keys', '? '.repeat(1000), /^nested more than 50 levels deep/],
  ['anchors', '&a '.repeat(300_000), /valid YAML is needed|more than/],
  ['bytes', 'a'.repeat(maxYamlBytes + 1), /^the file is larger than 1048576 bytes; a smaller one is needed/],
]; // biome-ignore format: a table
describe('too many', () => {
  for (const [what, text, message] of hostile) {
    it(`${what} are one problem, found soon`, () => {
      const started = performance.now();
      const { root, findings } = readYaml(text);
      match(findings[0]!.message, message);
      deepEqual([root, findings.length], [undefined, 1]);
      equal(performance.now() - started < 3000, true);
    });
  }
});
