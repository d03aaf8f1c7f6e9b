import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

describe('scrapes', needs('native'), () => {
  it('that overlap share one collection', async () => {
    await using exporter = await startExporter({ dir: await makeConfigs({ large: {} }), names: 'large' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => exporter.get('/metrics')));
    const bodies = new Set(answers.map(({ status, body }) => `${status} ${body}`));
    assert.equal(bodies.size, 1);
    const next = await exporter.get('/metrics');
    assert.ok(!bodies.has(`200 ${next.body}`), 'a later scrape reads anew');
  });

  it('go on while a client does not read its page, which it can have later', async () => {
    const label = 'n'.repeat(300); // no socket buffer holds 30 MB
    const yaml = `metrics:
  counters:
    - { name: large, help: Long lines, labels: [{ name: ${label}, size: 4, decoders: [{ name: uint }] }] }`;
    const dir = await makeConfigs({ large: { yaml } });
    await using exporter = await startExporter({ dir, names: 'large' });
    const slow = await openPage(exporter.port);
    const bodies = [await exporter.get('/metrics'), await exporter.get('/metrics')];
    const body = await text(slow);
    const samples = (page: string): string[] => page.match(/^ebpf_exporter_large\{.*/gm) ?? [];
    assert.equal(samples(body).length, 100_000);
    for (const later of bodies) assert.deepEqual(samples(later.body.toString()), samples(body));
  });

  it('and raw maps take turns at the same buffers', async () => {
    const yaml = `metrics:
  counters:
    - { name: large, help: Keys, labels: [{ name: key, size: 4, decoders: [{ name: uint }] }] }`;
    const dir = await makeConfigs({ large: { yaml } });
    await using exporter = await startExporter({ dir, names: 'large', args: ['--debug'] });
    const paths = ['/maps', '/metrics', '/maps', '/metrics'];
    const answers = await Promise.all(paths.map((path) => exporter.get(path)));
    for (const { body } of answers) {
      const keys = body.toString().match(/key="\d+"/g) ?? [];
      assert.deepEqual([keys.length, new Set(keys).size], [100_000, 100_000]);
    }
  });

  it('that are under way are finished before the end', async () => {
    await using exporter = await startExporter({ dir: await makeConfigs({ large: {} }), names: 'large' });
    const answer = exporter.get('/metrics');
    await exporter.get('/');
    await exporter.stop();
    const { status, body } = await answer;
    assert.equal(status, 200);
    assert.match(body.toString(), /^ebpf_exporter_large\{digit="9"\} /m);
    assert.doesNotMatch(exporter.log, /ERROR|WARN| {4}at /);
  });

  it('that are under way do not disturb an end that does not wait for them', async () => {
    const args = ['--web.shutdown-timeout=0'];
    await using exporter = await startExporter({
      dir: await makeConfigs({ large: {} }),
      names: 'large',
      args,
    });
    const cut = assert.rejects(exporter.get('/metrics'), { code: 'ECONNRESET' });
    await exporter.get('/');
    await exporter.stop();
    await cut;
    assert.doesNotMatch(exporter.log, /ERROR|WARN| {4}at /);
  });

  it('may ask for some configs, whose maps alone are read then', async () => {
    const dir = await makeConfigs({ large: {}, decoders: {} });
    await using exporter = await startExporter({ dir, names: 'large,decoders' });
    const one = await exporter.scrape('/metrics?config[]=decoders');
    assert.equal(one.samples('ebpf_exporter_large').length, 0);
    assert.equal(one.samples('ebpf_exporter_scrape_success', { config: 'large' }).length, 0);
    assert.equal(one.sum('ebpf_exporter_scrape_success', { config: 'decoders' }), 1);
    assert.equal(one.sum('ebpf_exporter_enabled_configs'), 2);

    const both = await exporter.scrape('/metrics?config[]=decoders&config%5B%5D=large');
    assert.equal(both.samples('ebpf_exporter_large').length, 5);
    assert.equal(both.sum('ebpf_exporter_scrape_success'), 2);
    assert.ok(both.sum('ebpf_exporter_scrape_duration_seconds', { config: 'large' }) > 0);

    const all = await exporter.scrape();
    const names = (page: typeof all): string[] => page.families.map(({ name }) => name).sort();
    assert.deepEqual(names(all), names(both));
    const { status, body } = await exporter.get('/metrics?config[]=nothing');
    assert.deepEqual([status, body.toString()], [400, 'There is no config "nothing"\n']);
  });
});

/** A page whose first bytes have arrived and whose rest nobody reads yet. */
async function openPage(port: number): Promise<IncomingMessage> {
  const asked = request({ host: '127.0.0.1', port, path: '/metrics', agent: false }).end();
  const [response]: [IncomingMessage] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}
