import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, test } from 'node:test';

const src = join(import.meta.dirname, '../../src');

/** What each room of src may import besides itself; a file of src is a room. `cli` may import everything but `main`. */
const rooms: Record<string, readonly string[]> = {
  errors: [],
  rootfs: ['errors'],
  units: [],
  watch: ['metrics', 'units', 'errors'],
  init: ['bpf', 'config', 'layout', 'units', 'errors'],
  /** Runs in browsers. */
  page: ['live', 'units'],
  main: ['cli'],
  flags: ['config', 'errors', 'process'],
  native: ['errors'],
  bpf: ['native', 'rootfs', 'errors'],
  kernel: ['rootfs', 'errors'],
  cgroups: ['kernel', 'native', 'errors'],
  containers: ['kernel', 'rootfs', 'errors'],
  config: ['errors'],
  decoders: ['config', 'kernel', 'errors'],
  metrics: ['config', 'decoders', 'kernel', 'errors'],
  tracing: ['config', 'decoders', 'kernel', 'errors'],
  process: ['native', 'errors'],
  exposition: ['metrics', 'errors'],
  layout: ['config', 'bpf', 'decoders', 'metrics', 'errors'],
  check: ['config', 'bpf', 'layout', 'metrics', 'load', 'serve', 'errors'],
  http: ['errors', 'process', 'exposition'],
  web: ['http', 'config', 'errors'],
  live: [
    'serve',
    'http',
    'attached',
    'config',
    'exposition',
    'bpf',
    'metrics',
    'tracing',
    'process',
    'native',
    'errors',
  ],
  attached: ['bpf', 'cgroups', 'config'],
  load: ['attached', 'config', 'bpf', 'kernel', 'cgroups', 'process', 'native', 'errors'],
  serve: [
    'layout',
    'attached',
    'config',
    'exposition',
    'bpf',
    'kernel',
    'cgroups',
    'containers',
    'decoders',
    'metrics',
    'tracing',
    'process',
    'native',
    'errors',
  ],
};

const inCli = Object.keys(rooms).filter((room) => room !== 'main' && room !== 'page');

/** Packages that only one room may import. */
const packages: readonly { readonly pattern: RegExp; readonly room: string }[] = [
  { pattern: /^(koffi($|\/)|@koromix\/)/, room: 'native' },
  { pattern: /^@opentelemetry\//, room: 'tracing' },
];

type Import = { readonly from: string; readonly line: number; readonly specifier: string };

/** Imports of values and of types, re-exports, `import()` of both kinds, `require()`. */
const statement =
  /^[ \t]*(?:import|export)\s(?:[\w\s{},*$]+?\sfrom\s)?\s*['"]([^'"]+)['"]|\b(?:import|require)\(\s*(?:['"]([^'"]+)['"]|`([^`]+)`)\s*[,)]/gm;

function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(statement)].map((match) => ({
    from,
    line: text.slice(0, match.index).split('\n').length,
    specifier: match[1] ?? match[2] ?? match[3] ?? '',
  }));
}

/** The file of src that an import names, undefined for packages. */
function target({ from, specifier }: Import): string | undefined {
  return specifier.startsWith('.') ? join(dirname(from), specifier) : undefined;
}

/** `decoders` of `decoders/uint.ts`, `errors` of `errors.ts`. */
function roomOf(file: string): string {
  return file.split('/')[0]!.replace(/\.tsx?$/, '');
}

/** What only tests use; a helper may use helpers. */
function isForTests(file: string): boolean {
  return /[-.](testing|test)\.ts$/.test(file);
}

function brokenRule(found: Import): string | undefined {
  const room = roomOf(found.from);
  const file = target(found);
  if (file !== undefined && isForTests(file) && !isForTests(found.from)) return `${file} is for tests only`;
  if (file === undefined) {
    const owner = packages.find(({ pattern }) => pattern.test(found.specifier))?.room;
    return owner === undefined || owner === room
      ? undefined
      : `only src/${owner} may import ${found.specifier}`;
  }
  const allowed = room === 'cli' ? inCli : rooms[room];
  if (allowed === undefined) return `src/${room} is not in the table of rooms`;
  // What the package says about itself, its version say, is nobody's room.
  if (file === '../package.json' || roomOf(file) === room || allowed.includes(roomOf(file))) return undefined;
  return `src/${room} may import ${allowed.join(', ') || 'no other room'}; not ${roomOf(file)}`;
}

/** Import cycles, each as the files along it, found once. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file]);
    else if (!done.has(file)) {
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    }
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

describe('imports', () => {
  const files = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
    .map((entry) => relative(src, join(entry.parentPath, entry.name)));
  const imports = files.flatMap((file) => importsOf(file, readFileSync(join(src, file), 'utf8')));

  test('point where the table of rooms allows', () => {
    const broken = imports.flatMap((found) => {
      const rule = brokenRule(found);
      return rule === undefined ? [] : [`src/${found.from}:${found.line}: ${rule}`];
    });
    assert.deepEqual(broken, []);
  });

  test('make every file part of the exporter, but for those that are named as helpers of tests', () => {
    const used = new Set(imports.filter(({ from }) => !isForTests(from)).flatMap((one) => target(one) ?? []));
    const unused = files.filter((file) => !used.has(file) && !isForTests(file) && !file.endsWith('.d.ts'));
    assert.deepEqual(unused, ['main.ts', 'page/main.tsx']);
  });

  test('form no cycle between files', () => {
    const graph = new Map(
      files.map((file) => [
        file,
        imports.filter(({ from }) => from === file).flatMap((one) => target(one) ?? []),
      ]),
    );
    assert.deepEqual(cycles(graph), []);
  });

  test('are seen in every form', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from './b.ts';",
      "import * as c from './c.ts';",
      'import {',
      '  type D,',
      '  d,',
      "} from './d.ts';",
      "import './e.ts';",
      "export { f } from './f.ts';",
      "export * from './g.ts';",
      "type H = import('./h.ts').H;",
      "const i = await import('./i.ts');",
      "import j, { k } from './j.ts';",
      "import l from './l.json' with { type: 'json' };",
      "export const none = 'x';",
      "const m = require('./m.ts');",
      'const n = require(`./n/o.ts`);',
    ].join('\n');
    const seen = importsOf('x.ts', text).map(({ line, specifier }) => `${line} ${specifier}`);
    const letters = ['1 a', '2 b', '3 c', '4 d', '8 e', '9 f', '10 g', '11 h', '12 i', '13 j'];
    assert.deepEqual(seen, [
      ...letters.map((one) => `${one.replace(' ', ' ./')}.ts`),
      '14 ./l.json',
      '16 ./m.ts',
      '17 ./n/o.ts',
    ]);
  });

  const rules: readonly [from: string, specifier: string, rule: string | undefined][] = [
    ['metrics/series.ts', '../decoders/decoder.ts', undefined],
    ['metrics/series.ts', './text.ts', undefined],
    [
      'metrics/series.ts',
      '../bpf/map.ts',
      'src/metrics may import config, decoders, kernel, errors; not bpf',
    ],
    ['errors.ts', './process/log.ts', 'src/errors may import no other room; not process'],
    ['bpf/object.ts', 'koffi', 'only src/native may import koffi'],
    ['main.ts', 'koffi', 'only src/native may import koffi'],
    ['bpf/object.ts', '@koromix/koffi-linux-x64', 'only src/native may import @koromix/koffi-linux-x64'],
    ['native/table.ts', 'koffi', undefined],
    ['cli/serve.ts', '../http/server.ts', undefined],
    ['http/server.ts', '../main.ts', 'src/http may import errors, process, exposition; not main'],
    ['serve/x.ts', '../http/server.ts', `src/serve may import ${rooms.serve?.join(', ')}; not http`],
    ['main.ts', './http/server.ts', 'src/main may import cli; not http'],
    ['cli/x.ts', '../main.ts', `src/cli may import ${inCli.join(', ')}; not main`],
    ['serve/x.ts', '../load/x.ts', `src/serve may import ${rooms.serve?.join(', ')}; not load`],
    ['load/x.ts', '../serve/exporter.ts', `src/load may import ${rooms.load?.join(', ')}; not serve`],
    ['kernel/a/b.ts', '../../bpf/map.ts', 'src/kernel may import rootfs, errors; not bpf'],
    ['kernel/a/b.ts', '../c.ts', undefined],
    ['metrics/series.ts', './metric-testing.ts', 'metrics/metric-testing.ts is for tests only'],
    ['metrics/series-testing.ts', './metric-testing.ts', undefined],
    ['attic/x.ts', '../errors.ts', 'src/attic is not in the table of rooms'],
    ['process/version.ts', '../../package.json', undefined],
  ];
  for (const [from, specifier, rule] of rules) {
    test(`of ${specifier} by ${from}: ${rule === undefined ? 'allowed' : 'refused'}`, () => {
      assert.equal(brokenRule({ from, line: 1, specifier }), rule);
    });
  }

  test('in a circle are found', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['b']],
      ['d', []],
    ]);
    assert.deepEqual(cycles(graph), [['b', 'c', 'b']]);
  });
});
