import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

const yaml = `
metrics:
  counters:
    - { name: tasks_seen_total, help: Tasks }
    - { name: walks_total, help: Walks to the end }
`;

describe('an iterator program', needs('linux 5.8'), () => {
  it('is run to its end before each reading of its maps', async () => {
    await using exporter = await startExporter({
      dir: await makeConfigs({ iterates: { yaml } }),
      names: 'iterates',
      args: ['--config.strict'],
    });
    const open = descriptors(exporter.pid);
    for (const walks of [1, 2, 3]) {
      const page = await exporter.scrape();
      assert.equal(page.sum('ebpf_exporter_walks_total'), walks);
      const seen = page.sum('ebpf_exporter_tasks_seen_total');
      assert.ok(seen > 20 * walks, `${seen} tasks in ${walks} walks`);
    }
    assert.ok(descriptors(exporter.pid) <= open + 1, 'iterators stay open'); // one more is the client's
  });
});

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
