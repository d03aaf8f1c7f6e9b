import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

describe('scrapes', needs(), () => {
  it('that overlap share one collection', async () => {
    await using exporter = await startExporter({ dir: await makeConfigs({ large: {} }), names: 'large' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => exporter.get('/metrics')));
    const bodies = new Set(answers.map(({ status, body }) => `${status} ${body}`));
    assert.equal(bodies.size, 1);
    const next = await exporter.get('/metrics');
    assert.ok(!bodies.has(`200 ${next.body}`), 'a later scrape reads anew');
  });

  it('that are under way do not disturb the end', async () => {
    await using exporter = await startExporter({ dir: await makeConfigs({ large: {} }), names: 'large' });
    const cut = assert.rejects(exporter.get('/metrics'), { code: 'ECONNRESET' });
    await exporter.get('/');
    await exporter.stop();
    await cut;
    assert.doesNotMatch(exporter.log, /ERROR|WARN| {4}at /);
  });
});
