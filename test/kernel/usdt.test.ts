import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fixtures, makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { output } from './support/run.ts';
import { scratchDirectory } from './support/scratch.ts';

describe('a usdt program', needs(), () => {
  it('sees every pass of its probe', async () => {
    const probed = join(scratchDirectory(), 'probed');
    await output('clang', ['-O2', join(fixtures, 'probed.c'), '-o', probed]);
    const dir = await makeConfigs({
      usdt: {
        defines: { SECTION: `"usdt/${probed}:exporter_test:step"` },
        once: true,
        yaml: 'metrics: {counters: [{name: steps_total, help: Passes}]}',
      },
    });
    await using exporter = await startExporter({ dir, names: 'usdt', args: ['--config.strict'] });
    await output(probed, ['100']);
    assert.equal((await exporter.scrape()).sum('ebpf_exporter_steps_total'), 100);
  });
});
