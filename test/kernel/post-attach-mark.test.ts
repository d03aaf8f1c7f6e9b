import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

describe('a program at post_attach_mark', needs(), () => {
  it('runs exactly once, in each of several configs', async () => {
    const source = (map: string): { yaml: string; fixture: string; defines: { MAP: string } } => ({
      fixture: 'mark',
      defines: { MAP: map },
      yaml: `metrics: {counters: [{name: ${map}, help: Runs}]}`,
    });
    await using exporter = await startExporter({
      dir: await makeConfigs({ one: source('marks_of_one'), two: source('marks_of_two') }),
      names: 'one,two',
    });
    for (const _ of ['first scrape', 'second scrape']) {
      const page = await exporter.scrape();
      assert.equal(page.sum('ebpf_exporter_marks_of_one'), 1);
      assert.equal(page.sum('ebpf_exporter_marks_of_two'), 1);
    }
  });
});
