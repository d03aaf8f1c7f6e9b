import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { startExporter } from '../kernel/support/exporter.ts';
import { output } from '../kernel/support/run.ts';
import { scratchDirectory } from '../kernel/support/scratch.ts';
import { artifact, needsArtifact } from './support/artifacts.ts';
import { inBareRoot, suites } from './support/root.ts';

const file = artifact('tarball');
const name = basename(file, '.tar.gz');

describe('the tarball', needsArtifact('tarball', ['unshare']), () => {
  const given = scratchDirectory();
  for (const [debian, suite] of Object.entries(suites)) {
    it(`serves timers, by libbpf 1.7, on a bare Debian ${debian}`, async () => {
      await output('tar', ['-xzf', file, '-C', given, '--skip-old-files']);
      await using exporter = await startExporter({
        binary: `/given/${name}/ebpf_exporter`,
        dir: `/given/${name}/examples`,
        names: 'timers',
        under: inBareRoot(suite, given),
      });
      const page = await exporter.scrape();
      assert.ok(page.sum('ebpf_exporter_timer_starts_total') > 0);
      assert.deepEqual(page.labelValues('ebpf_exporter_build_info', 'libbpf'), ['v1.7']);
    });
  }

  it('gives up its capabilities and its user there', async () => {
    await using exporter = await startExporter({
      binary: `/given/${name}/ebpf_exporter`,
      dir: `/given/${name}/examples`,
      names: 'timers',
      args: ['--capabilities.keep=none', '--user=nobody'],
      under: inBareRoot('bullseye', given),
    });
    assert.ok((await exporter.scrape()).sum('ebpf_exporter_timer_starts_total') > 0);
  });

  it('is a directory in which everything belongs to root and to nobody else to change', async () => {
    const lines = (await output('tar', ['-tvzf', file])).trim().split('\n');
    const bad = lines.filter(
      (line) => !/^([d-]r[w-][x-]r-[x-]r-[x-]|lrwxrwxrwx) (0\/0|root\/root) .* ebpf_exporter-/.test(line),
    );
    assert.deepEqual(bad, []);
  });
});
