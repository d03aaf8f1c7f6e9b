import { deepEqual, equal } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseConfigs } from './parse-configs.ts';
import { formatProblem } from './problem.ts';

const good = (name: string): string => `metrics:\n  counters:\n    - name: ${name}\n      help: h\n`;
const files = {
  'alpha.yaml': good('alpha_total'),
  'beta.yaml': good('beta_total'),
  'beta2.yaml': good('beta_total'),
  'hist.yaml':
    'metrics:\n  histograms:\n    - {name: h, help: h, bucket_type: exp2, labels: [{name: b, size: 8, decoders: [{name: uint}]}]}\n  counters:\n    - {name: h_count, help: h}\n',
  'odd.yaml': `${good('odd_total')}      lables: []\n`,
  'bad.yaml': 'kaddrs: [x-y]\n',
  'bare.yaml': good('bare_total'),
  'binary.yaml': Buffer.from([0x61, 0xff]),
  'utf16.yaml': Buffer.from(`\ufeff${good('a')}`, 'utf16le'),
  'utf16be.yaml': Buffer.from(good('a'), 'utf16le').swap16(),
  'large.yaml': '#'.repeat(1024 * 1024 + 1),
};

describe('parseConfigs', () => {
  let dir = '';
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'config-'));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(dir, name), text);
      if (name !== 'bare.yaml') writeFileSync(join(dir, name.replace('.yaml', '.bpf.o')), '');
    }
    for (const name of ['short.yml', 'short.bpf.o']) writeFileSync(join(dir, name), '');
    mkdirSync(join(dir, 'folder.yaml'));
    execFileSync('mkfifo', [join(dir, 'fifo.yaml')]);
    symlinkSync('/dev/zero', join(dir, 'device.yaml'));
    for (const name of ['folder', 'fifo', 'device']) writeFileSync(join(dir, `${name}.bpf.o`), '');
  });
  after(() => rmSync(dir, { recursive: true }));

  const parse = (names: string[], strict = false) => {
    const { configs, problems, warnings } = parseConfigs(dir, names, { strict });
    const lines = (list: typeof problems) =>
      list.map((problem) => formatProblem(problem).replaceAll(dir, 'DIR'));
    return { names: configs.map(({ name }) => name), problems: lines(problems), warnings: lines(warnings) };
  };

  it('returns the configs in the order of their names', () => {
    deepEqual(parse(['beta', 'alpha']), { names: ['beta', 'alpha'], problems: [], warnings: [] });
    equal(parseConfigs(dir, ['beta'], { strict: true }).configs[0]?.file, join(dir, 'beta.yaml'));
  });

  const cases: [what: string, names: string[], ...problems: string[]][] = [
    ['no names', [], '--config.names: no names; one or more are needed'],
    [
      'an empty name',
      ['alpha', ''],
      '--config.names: an empty name; names separated by single commas are needed',
    ],
    [
      'a name with a slash',
      ['../alpha'],
      '--config.names: name "../alpha" has a slash; the name of a file in --config.dir is needed',
    ],
    [
      'a name given three times, once',
      ['alpha', 'beta', 'alpha', 'alpha'],
      '--config.names: name "alpha" is given twice; once is needed',
    ],
    [
      'names with an ending',
      ['alpha.yaml', 'beta.bpf.o'],
      '--config.names: name "alpha.yaml": names come without .yaml; "alpha" is needed',
      '--config.names: name "beta.bpf.o": names come without .bpf.o; "beta" is needed',
    ],
    [
      'a file of another ending',
      ['short'],
      'DIR/short.yaml: no such file or directory; short.yml is there; the ending .yaml is needed',
    ],
    [
      'a missing file, with the nearest names',
      ['alpa'],
      'DIR/alpa.yaml: no such file or directory; nearest names in DIR: alpha, beta, bad',
      'DIR/alpa.bpf.o: no such file or directory; the compiled BPF program is needed',
    ],
    [
      'a missing object',
      ['bare'],
      `DIR/bare.bpf.o: no such file or directory; the compiled BPF program is needed: clang -g -O2 -target bpf -D__TARGET_ARCH_${process.arch === 'arm64' ? 'arm64' : 'x86'} -Iexamples/include -c DIR/bare.bpf.c -o DIR/bare.bpf.o`,
    ],
    ['a file that is not text', ['binary'], 'DIR/binary.yaml: not valid UTF-8; text is needed'],
    [
      'UTF-16, with a byte order mark and without',
      ['utf16', 'utf16be'],
      'DIR/utf16.yaml: UTF-16; UTF-8 is needed, which iconv -f UTF-16 -t UTF-8 makes of it',
      'DIR/utf16be.yaml: UTF-16; UTF-8 is needed, which iconv -f UTF-16 -t UTF-8 makes of it',
    ],
    ['a large file', ['large'], 'DIR/large.yaml: 1048577 bytes; a file of 1048576 bytes or fewer is needed'],
    ['a directory', ['folder'], 'DIR/folder.yaml: a directory, not a file; a regular file is needed'],
    ['a FIFO', ['fifo'], 'DIR/fifo.yaml: a FIFO, not a file; a regular file is needed'],
    ['a device', ['device'], 'DIR/device.yaml: a device, not a file; a regular file is needed'],
    [
      'one metric name in two configs',
      ['alpha', 'beta', 'beta2'],
      'DIR/beta2.yaml:3:13: metric name "beta_total" is taken at DIR/beta.yaml:3:13; another is needed',
    ],
    [
      'a counter named as a series of a histogram',
      ['hist'],
      'DIR/hist.yaml:3:14: metric name "h_count" is taken at DIR/hist.yaml:5:14; another is needed',
    ],
    [
      'problems of several files together',
      ['', 'bad', 'alpha'],
      '--config.names: an empty name; names separated by single commas are needed',
      'DIR/bad.yaml:1:1: nothing to export; metrics with counters, gauges or histograms, or tracing with spans, are needed',
      'DIR/bad.yaml:1:10: kaddr is "x-y"; a kernel symbol that is a C identifier is needed',
    ],
  ];
  for (const [what, names, ...problems] of cases) {
    it(`reports ${what}`, () => deepEqual(parse(names), { names: [], problems, warnings: [] }));
  }

  it('reports a directory that is missing, or none', () => {
    const needed = 'a directory with NAME.yaml and NAME.bpf.o is needed';
    const of = (path: string) => parseConfigs(path, ['a'], { strict: false }).problems.map(formatProblem);
    deepEqual(of(join(dir, 'none')), [`${join(dir, 'none')}: no such file or directory; ${needed}`]);
    deepEqual(of(join(dir, 'alpha.yaml')), [`${join(dir, 'alpha.yaml')}: not a directory; ${needed}`]);
  });

  it('warns of unknown keys, and refuses them when strict', () => {
    const known =
      'name, help, map, value, max_series, perf_event_array, ringbuf, max_keys, flush_interval, multiplier, labels are known';
    const line = `DIR/odd.yaml:5:7: unknown key "lables" (did you mean "labels"?) in counter; ${known}`;
    deepEqual(parse(['odd']), { names: ['odd'], problems: [], warnings: [line] });
    deepEqual(parse(['odd'], true), { names: [], problems: [line], warnings: [] });
  });
});
