import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kernelObjects, objectsOf } from './support/bpftool.ts';
import { examples, makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { output } from './support/run.ts';
import { patience } from './support/wait.ts';

const loopback = (): Promise<string> => output('ip', ['-details', 'link', 'show', 'lo']);

describe('the exporter', needs(), () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`stops on ${signal} within a second and leaves nothing in the kernel`, async () => {
      await using exporter = await startExporter({ dir: examples, names: 'timers,xdp,uprobe,biolatency' });
      const own = objectsOf(exporter.pid);
      const programs = own.filter((object) => object.startsWith('prog '));
      assert.equal(programs.length, 6);
      assert.match(await loopback(), /prog\/xdp/);

      const { ms } = await exporter.stop(signal);
      assert.ok(ms < 1000 * patience, `it took ${ms} ms`);
      assert.match(exporter.log, new RegExp(`Stopping on ${signal}`));
      const left = await kernelObjects();
      assert.deepEqual(
        own.filter((object) => left.has(object)),
        [],
      );
      assert.doesNotMatch(await loopback(), /prog\/xdp/);
    });
  }

  it('stops within a second while many clients wait for compressed pages', async () => {
    const dir = await makeConfigs({ large: {} });
    await using exporter = await startExporter({ dir, names: 'large' });
    const headers = { 'Accept-Encoding': 'gzip' };
    const answers = Array.from({ length: 50 }, () =>
      exporter.get('/metrics', { headers }).catch(() => undefined),
    );
    await Promise.race(answers);
    const { ms } = await exporter.stop();
    assert.ok(ms < 1000 * patience, `it took ${ms} ms`);
    await Promise.all(answers);
  });
});
