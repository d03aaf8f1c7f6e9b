import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { fillMaps, u32 } from './support/bpftool.ts';
import { makeConfigs } from './support/configs.ts';
import { type RunningExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

describe('the HTTP server', needs('native'), () => {
  let exporter: RunningExporter;
  before(async () => {
    exporter = await startExporter({
      dir: await makeConfigs({ decoders: {} }),
      names: 'decoders',
      args: ['--debug'],
    });
    await fillMaps(exporter.pid, { hex: [[u32(1), 1n]], errno: [[u32(2), 3n]] });
  });
  after(() => exporter?.stop());

  it('serves the text format', async () => {
    const { status, headers, body } = await exporter.get('/metrics');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(headers['content-length'], String(body.length));
    assert.equal(headers['content-encoding'], undefined);
  });

  const decompress = { gzip: gunzipSync, zstd: zstdDecompressSync };
  for (const [encoding, decode] of Object.entries(decompress)) {
    it(`compresses with ${encoding}, to the same text`, async () => {
      const plain = await exporter.get('/metrics');
      const { headers, body } = await exporter.get('/metrics', { headers: { 'Accept-Encoding': encoding } });
      assert.equal(headers['content-encoding'], encoding);
      assert.match(headers.vary as string, /\bAccept-Encoding\b/);
      assert.ok(body.length < plain.body.length / 2, `${body.length} of ${plain.body.length} bytes`);
      assert.equal(still(decode(body)), still(plain.body));
    });
  }

  it('answers HEAD without a body', async () => {
    const { status, headers, body } = await exporter.get('/metrics', { method: 'HEAD' });
    assert.deepEqual({ status, bytes: body.length }, { status: 200, bytes: 0 });
    assert.ok(Number(headers['content-length']) > 0);
  });

  const answers: readonly [method: string, path: string, status: number][] = [
    ['GET', '/metrics?name=value', 200],
    ['GET', '/-/healthy', 200],
    ['GET', '/-/ready', 200],
    ['GET', '/metrics?config[]=nothing', 400],
    ['POST', '/-/ready', 405],
    ['GET', '/nothing', 404],
    ['GET', '/metrics/', 404],
    ['POST', '/metrics', 405],
    ['DELETE', '/', 405],
  ];
  for (const [method, path, status] of answers) {
    it(`answers ${method} ${path} with ${status}`, async () => {
      const answer = await exporter.get(path, { method });
      assert.equal(answer.status, status);
      assert.equal(answer.headers.allow, status === 405 ? 'GET, HEAD' : undefined);
    });
  }

  it('tells of the last scrape', async () => {
    await exporter.scrape();
    const { status } = JSON.parse((await exporter.get('/api/v1/live')).body.toString());
    assert.equal(status.lastScrape.client, '127.0.0.1');
    assert.ok(status.lastScrape.series > 0 && status.lastScrape.seconds > 0);
  });

  it('leads to everything from /', async () => {
    const { status, headers, body } = await exporter.get('/');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.match(body.toString(), /<a href="\/metrics">.*<a href="\/maps">/s);
  });

  it('shows raw maps with --debug', async () => {
    const { status, body } = await exporter.get('/maps');
    assert.equal(status, 200);
    assert.match(body.toString(), /^# config decoders, map errno\n0x02000000 {x="ENOENT"} 3$/m);
  });
});

describe('the HTTP server without --debug', needs('native'), () => {
  it('has metrics where --web.telemetry-path says, and no raw maps', async () => {
    await using exporter = await startExporter({
      dir: await makeConfigs({ decoders: {} }),
      names: 'decoders',
      args: ['--web.telemetry-path=/telemetry'],
    });
    const statuses = await Promise.all(
      ['/telemetry', '/metrics', '/maps'].map(async (path) => (await exporter.get(path)).status),
    );
    assert.deepEqual(statuses, [200, 404, 404]);
    const { body } = await exporter.get('/');
    assert.match(body.toString(), /href="\/telemetry"/);
    assert.doesNotMatch(body.toString(), /maps/);
  });
});

describe('the page at / with --no-web.ui', needs('native'), () => {
  it('says what does not work, and why', async () => {
    const yaml = `metrics:
  counters:
    - { name: hex, help: The key has 4 bytes, labels: [{ name: x, size: 8, decoders: [{ name: uint }] }] }`;
    const calls = 'metrics: { counters: [{ name: calls_total, help: Calls }] }';
    const faulty = { yaml: calls, defines: { FAULT: 'NO_ENTRIES' } };
    const dir = await makeConfigs({ decoders: { yaml }, faulty });
    await using exporter = await startExporter({ dir, names: 'decoders,faulty', args: ['--no-web.ui'] });
    const page = (await exporter.get('/')).body.toString();
    assert.match(
      page,
      /<h2>decoders<\/h2>\n<ul>\n<li><b>hex<\/b>: metric disabled<pre>[^<]*labels describe 8\n/,
    );
    assert.match(page, /<h2>faulty: not loaded<\/h2>\n<pre>.*calls_total/);
    assert.equal((await exporter.get('/-/ready')).status, 200);
  });
});

/** A page without the lines whose values move. */
function still(page: Buffer): string {
  return page.toString().replace(/^(process|nodejs|ebpf_exporter_scrape_duration)_.*\n/gm, '');
}
