import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { sectionKinds } from '../../src/bpf/sections.ts';
import { defineFlags } from '../../src/cli/flag-command.ts';
import { ownNames } from '../../src/config/metric-names.ts';
import { errorCodes } from '../../src/errors.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test('docs/errors.md explains every code, and no other', () => {
  const explained = [...read('docs/errors.md').matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
  assert.deepEqual(explained.sort(), [...errorCodes].sort());
});

test('docs/sections.md has every section that attaches, and its kernel', () => {
  const rows = new Map(
    [...read('docs/sections.md').matchAll(/^\| `([^`]+)` \|[^|]*\|[^|]*\| (\d[^|]*) \|$/gm)].map(
      ([, form, linux]) => [form, linux],
    ),
  );
  const attached = sectionKinds.filter(({ attach }) => attach !== 'nobody');
  assert.deepEqual([...rows.keys()].sort(), attached.map(({ form }) => form).sort());
  for (const { form, linux } of attached) {
    if (linux !== undefined) assert.ok(rows.get(form)?.startsWith(linux), `${form} is of Linux ${linux}`);
  }
});

test("the README's table has every flag with its default", () => {
  const rows = new Map(
    [...read('README.md').matchAll(/^\| `(--[\w.-]+)` \| `?([^|`]+?)`? \|/gm)].map((match) => [
      match[1],
      match[2],
    ]),
  );
  const flags = defineFlags('0').options.filter(({ long, hidden }) => !hidden && long !== '--version');
  assert.deepEqual([...rows.keys()].sort(), flags.map(({ long }) => long).sort());
  for (const { long, defaultValue } of flags) {
    const expected =
      defaultValue === undefined
        ? 'required'
        : ({ false: 'off', true: 'on', '': 'none' }[String(defaultValue)] ?? String(defaultValue));
    assert.equal(rows.get(long ?? ''), expected, long ?? '');
  }
});

test('the README names every metric about the exporter', () => {
  for (const name of ownNames) assert.match(read('README.md'), new RegExp(`\`ebpf_exporter_${name}[{\`]`));
});

test('every example has a page, and the index lists them all', () => {
  const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.yaml'));
  const pages = examples.map((name) => name.replace('.yaml', '.md')).sort();
  const present = readdirSync(join(root, 'docs/examples')).filter((name) => name !== 'README.md');
  assert.deepEqual(present.sort(), pages);
  const listed = [...read('docs/examples/README.md').matchAll(/\]\(([\w.-]+\.md)\)/g)].map(
    ([, page]) => page!,
  );
  assert.deepEqual(listed.sort(), pages);
});

test('links between our documents lead somewhere', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(root, 'docs')).map((name) => join('docs', name)),
  ];
  for (const page of pages.filter((name) => name.endsWith('.md'))) {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)#:]+)\)/g)) {
      assert.ok(existsSync(join(root, dirname(page), target)), `${page}: ${target}`);
    }
  }
});
