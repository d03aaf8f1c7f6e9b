import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fixtures, makeConfigs } from './support/configs.ts';
import { type RunningExporter, runExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { output } from './support/run.ts';
import { scratchDirectory } from './support/scratch.ts';

const yaml = 'metrics: {counters: [{name: steps_total, help: Passes}]}';

describe('--path.rootfs', needs('native'), () => {
  const probe = 'exporter_test:step';
  const main = { SECTION: '"uprobe//opt/current/probed:main"' };

  /** A root of a host with the binary /opt/1/probed, and a link to its directory that only holds inside that root. */
  async function hostRoot(): Promise<{ rootfs: string; probed: string }> {
    const rootfs = scratchDirectory();
    const probed = join(rootfs, 'opt/1/probed');
    mkdirSync(join(rootfs, 'opt/1'), { recursive: true });
    symlinkSync('/opt/1', join(rootfs, 'opt/current'));
    await output('clang', ['-O2', join(fixtures, 'probed.c'), '-o', probed]);
    return { rootfs, probed };
  }

  async function start(rootfs: string, section: string): Promise<RunningExporter> {
    const source = { fixture: 'usdt', defines: { SECTION: `"${section}"` }, once: true, yaml } as const;
    const dir = await makeConfigs({ below: source });
    return startExporter({ dir, names: 'below', args: ['--config.strict', `--path.rootfs=${rootfs}`] });
  }

  for (const [section, runs, expected] of [
    [`usdt//opt/current/probed:${probe}`, 1, 30],
    ['uprobe//opt/current/probed:main', 2, 2],
    ['uretprobe//opt/1/probed:main', 2, 2],
    [`usdt/probed:${probe}`, 1, 30],
  ] as const) {
    it(`${section} is that of the host`, async () => {
      const { rootfs, probed } = await hostRoot();
      mkdirSync(join(rootfs, 'usr/bin'), { recursive: true });
      symlinkSync('../../opt/1/probed', join(rootfs, 'usr/bin/probed'));
      const elsewhere = join(scratchDirectory(), 'probed');
      copyFileSync(probed, elsewhere);
      await using exporter = await start(rootfs, section);
      for (let run = 0; run < runs; run++) await output(probed, ['30']);
      await output(elsewhere, ['30']);
      assert.equal((await exporter.scrape()).sum('ebpf_exporter_steps_total'), expected);
    });
  }

  it('does not hide a binary beside the object', async () => {
    const dir = await makeConfigs({
      below: { fixture: 'usdt', defines: { SECTION: `"usdt/probed:${probe}"` }, once: true, yaml },
    });
    const probed = join(dir, 'probed');
    await output('clang', ['-O2', join(fixtures, 'probed.c'), '-o', probed]);
    for (const args of [[], [`--path.rootfs=${scratchDirectory()}`]]) {
      await using exporter = await startExporter({ dir, names: 'below', args: ['--config.strict', ...args] });
      await output(probed, ['30']);
      assert.equal((await exporter.scrape()).sum('ebpf_exporter_steps_total'), 30);
    }
  });

  it('names the path and where it was looked for when there is none', async () => {
    const dir = await makeConfigs({ below: { fixture: 'usdt', defines: main, once: true, yaml } });
    const rootfs = scratchDirectory();
    const args = ['--config.strict', `--path.rootfs=${rootfs}`];
    const { stderr } = await runExporter({ dir, names: 'below', args });
    assert.ok(stderr.includes(`there is no /opt/current/probed below --path.rootfs ${rootfs}`), stderr);
  });

  it('is to be a directory', async () => {
    const dir = await makeConfigs({ timers: { example: 'timers' } });
    const { code, stderr } = await runExporter({ dir, names: 'timers', args: ['--path.rootfs=/nowhere'] });
    assert.match(stderr, /--path\.rootfs \/nowhere: no such directory/);
    assert.equal(code, 1);
  });
});
