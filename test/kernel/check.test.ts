import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { compileFixture, makeConfigs, root } from './support/configs.ts';
import { binary } from './support/exporter.ts';
import { matchesGolden } from './support/golden.ts';
import { needs } from './support/requirements.ts';
import { type Ended, run } from './support/run.ts';
import { scratchDirectory } from './support/scratch.ts';

/** Without any capability: nothing that is checked is to need one. */
const powerless = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs'];

async function check(...args: readonly string[]): Promise<Ended> {
  const [command = '', ...rest] = [...powerless, binary, 'check', ...args];
  return run(command, rest);
}

const pretendKernel = (): Promise<string> => compileFixture('pretend-kernel');

/** What was printed, with the places that differ from run to run left out. */
function readable(text: string, places: Readonly<Record<string, string>>): string {
  let shown = text.replaceAll(`${relative('.', root) || '.'}/`, '').replaceAll(`${root}/`, '');
  for (const [name, place] of Object.entries(places)) {
    for (const path of [place, relative('.', place)]) shown = shown.replaceAll(path, name);
    shown = shown.replaceAll(place.replace(/.*\//, ''), name);
  }
  return shown;
}

describe('check', needs('setpriv', 'native'), () => {
  it('says what programs and maps want of a kernel that does not have it, and not what they ask for first', async () => {
    const kernel = await pretendKernel();
    const object = await compileFixture('checked', { MISSING_FUNCTION: '1' });
    const { code, stdout, stderr } = await check(`--btf=${kernel}`, object);
    assert.equal(stderr, '');
    assert.equal(code, 1);
    matchesGolden('check', readable(stdout, { 'KERNEL.btf': kernel, 'checked.bpf.o': object }));
  });

  it('follows constants that the config sets', async () => {
    const dir = await makeConfigs({
      checked: {
        yaml: 'metrics: {counters: [{name: things_total, help: Things}]}\nvariables: {with_extras: true}\n',
      },
    });
    const { stdout } = await check(`--btf=${await pretendKernel()}`, `--config.dir=${dir}`, 'checked');
    assert.match(stdout, /program "asked" .* has no struct no_such_thing/);
  });

  it('holds a config against its object, each problem at its line', async () => {
    const yaml = `metrics:
  counters:
    - name: things_total
      help: Things
      labels:
        - {name: thing, size: 8, decoders: [{name: uint}]}
    - {name: nothing_total, help: Absent}
maps:
  nowhere: {max_entries: 10}
variables: {with_extras: 7, nothing: 1}
kaddrs: [nothing]
`;
    const dir = await makeConfigs({ checked: { yaml } });
    const { code, stdout } = await check(`--btf=${await pretendKernel()}`, join(dir, 'checked.yaml'));
    assert.equal(code, 1);
    const places = { 'checked.yaml': join(dir, 'checked.yaml'), 'checked.bpf.o': join(dir, 'checked.bpf.o') };
    const lines = readable(stdout, places).split('\n');
    matchesGolden(
      'check-config',
      `${lines
        .slice(
          0,
          lines.findIndex((line) => line.includes('map "no_room"')),
        )
        .join('\n')}\n`,
    );
  });

  it('finds nothing wrong with what loads on this machine, and says so', async () => {
    const dir = await makeConfigs({
      mark: {
        defines: { MAP: 'calls_total' },
        yaml: 'metrics: {counters: [{name: calls_total, help: Calls}]}',
      },
    });
    const { code, stdout } = await check(`--config.dir=${dir}`, '--layout', 'mark');
    assert.equal(code, 0, stdout);
    assert.match(
      stdout,
      /^mark: nothing is wrong \(1 program, 1 metric\)\n {2}counter calls_total: map calls_total \(.*\)\n {4}key 0, of 4 bytes\n {4}value of 8 bytes\n {6}0-7 +u64 +counter\n1 checked against Linux \S+ of this machine: nothing is wrong\n$/,
    );
  });

  it('shows the fields of the key beside labels that do not fit', async () => {
    const { code, stdout } = await check(`--config.dir=${await makeConfigs({ layouts: {} })}`, 'layouts');
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^\S+layouts\.yaml:\d+:\d+: Cannot read map "\w+": key is .*\n {2}the key, as the object describes it:\n {4}at +0, /m,
    );
  });

  for (const [what, write, says] of [
    [
      'a file that is no BTF',
      (file: string) => writeFileSync(file, 'text'),
      /its header alone takes 24; a copy of/,
    ],
    ['no file', () => undefined, /ENOENT.*; a copy of a kernel's \/sys\/kernel\/btf\/vmlinux/],
    [
      'an ELF file without BTF',
      (file: string) => copyFileSync('/bin/true', file),
      /without a section \.BTF; a copy/,
    ],
  ] as const) {
    it(`refuses ${what} as --btf`, async () => {
      const file = join(scratchDirectory(), 'btf');
      write(file);
      const { code, stdout, stderr } = await check(`--btf=${file}`, 'x.yaml');
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, says);
    });
  }
});
