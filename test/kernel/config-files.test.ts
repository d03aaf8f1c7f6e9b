import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { runExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

const good = 'metrics: {counters: [{name: marks, help: Runs}]}';

describe('a bad file ends the exporter, and is named with what is wrong:', needs('native'), () => {
  const texts: readonly [what: string, yaml: string, message: RegExp][] = [
    [
      'a tab',
      'metrics:\n\tcounters: []',
      /ERROR \S+\/mark\.yaml:2:1: a tab indents this line; spaces are needed$/m,
    ],
    [
      'an unknown decoder',
      good.replace('}]', ', labels: [{name: x, size: 4, decoders: [{name: unit}]}]}]'),
      /ERROR \S+\/mark\.yaml:1:\d+: unknown decoder "unit" \(did you mean "uint"\?\); one of cgroup, .* is needed$/m,
    ],
  ];
  for (const [what, yaml, message] of texts) {
    it(what, async () => {
      const { code, stderr } = await runExporter({ dir: await mark(yaml), names: 'mark' });
      assert.match(stderr, message);
      assert.equal(code, 1);
    });
  }

  // Permission bits do not bind root, so what cannot be read is a directory.
  const objects: readonly [what: string, make: (path: string) => void, message: RegExp, exitCode?: number][] =
    [
      [
        'an object that is not there',
        () => undefined,
        /: no such file or directory; the compiled BPF program is needed: clang -g -O2 -target bpf .* -c \S+\/mark\.bpf\.c -o \S+\/mark\.bpf\.o$/m,
      ],
      ['an object that cannot be read', (path) => mkdirSync(path), /is needed$/m],
      [
        'an object that is not ELF',
        (path) => writeFileSync(path, 'text'),
        /: it is no ELF file\. What to do: an object made by clang -target bpf is needed$/m,
        2,
      ],
    ];
  for (const [what, make, message, exitCode = 1] of objects) {
    it(what, async () => {
      const dir = await mark(good);
      const object = join(dir, 'mark.bpf.o');
      rmSync(object);
      make(object);
      const { code, stderr } = await runExporter({ dir, names: 'mark' });
      assert.ok(stderr.includes(`${object}: `), stderr);
      assert.match(stderr, message);
      assert.equal(code, exitCode);
    });
  }
});

describe('an unknown key', needs('native'), () => {
  const message =
    /mark\.yaml:1:\d+: unknown key "hlep" \(did you mean "help"\?\) in counter; name, help, .* are known$/m;
  const yaml = good.replace('help: Runs', 'help: Runs, hlep: Runs');

  it('is a warning', async () => {
    await using exporter = await startExporter({ dir: await mark(yaml), names: 'mark' });
    assert.match(exporter.log, new RegExp(`WARN  \\S+${message.source}`, 'm'));
  });

  for (const flag of ['--config.strict', '--config.check']) {
    it(`is an error with ${flag}`, async () => {
      const { code, stderr } = await runExporter({ dir: await mark(yaml), names: 'mark', args: [flag] });
      assert.match(stderr, new RegExp(`ERROR \\S+${message.source}`, 'm'));
      assert.equal(code, 1);
    });
  }
});

describe('--config.check', needs('native'), () => {
  it('ends with 0 when everything loads and attaches', async () => {
    const { code, stderr } = await runExporter({
      dir: await mark(good),
      names: 'mark',
      args: ['--config.check'],
    });
    assert.match(stderr, /INFO {2}Checked: everything loads and attaches$/m);
    assert.equal(code, 0);
  });
});

function mark(yaml: string): Promise<string> {
  return makeConfigs({ mark: { defines: { MAP: 'marks' }, yaml } });
}
