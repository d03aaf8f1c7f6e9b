import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeConfigs } from '../kernel/support/configs.ts';
import { type RunningExporter, startExporter } from '../kernel/support/exporter.ts';
import { needs } from '../kernel/support/requirements.ts';
import {
  byteReaders,
  type Crowd,
  endlessRequests,
  halfClosed,
  idle,
  pipelines,
  together,
  unreadCompressedPages,
  unreadPages,
} from './clients.ts';
import { describeObservation, memoryOf, type Observation, observe } from './observe.ts';

const label = 'n'.repeat(160); // 100,000 lines of it are 19 MB, which no socket holds
const yaml = `metrics:
  counters:
    - { name: large, help: Long lines, labels: [{ name: ${label}, size: 4, decoders: [{ name: uint }] }] }`;

/** The machine may be busy with something else: only what is slow again and again is ours. */
const tries = 4;

type Start = (port: number) => Promise<Crowd>;

const crowds: Readonly<Record<string, Start>> = {
  'a connection that asks for 400 pages and reads none': (port) => pipelines(port, 1, 400),
  '50 clients that read nothing': (port) => unreadPages(port, 50),
  '20 clients that read nothing, one after the other': async (port) => {
    const found: Crowd[] = [];
    for (let i = 0; i < 20; i++, await sleep(60)) found.push(await unreadPages(port, 1));
    return together(found);
  },
  '50 clients that read nothing of what is compressed with gzip': (port) =>
    unreadCompressedPages(port, 50, 'gzip'),
  '50 clients that read nothing of what is compressed with zstd': (port) =>
    unreadCompressedPages(port, 50, 'zstd'),
  '20 clients that do not read raw maps': (port) => unreadPages(port, 20, '/maps'),
  '50 clients that read a byte every 20 ms': (port) => byteReaders(port, 50, 20),
  '20 clients that ask, close their side and read nothing': (port) => halfClosed(port, 20),
  '2,000 clients that say nothing': (port) => idle(port, 2000),
  '500 clients that ask a byte every 20 ms': (port) => endlessRequests(port, 500, 20),
  'all of them at once': async (port) =>
    together([
      await pipelines(port, 1, 400),
      await unreadPages(port, 20),
      await unreadCompressedPages(port, 10, 'zstd'),
      await unreadPages(port, 20, '/maps'),
      await byteReaders(port, 20, 20),
      await halfClosed(port, 10),
      await idle(port, 1000),
      await endlessRequests(port, 200, 20),
    ]),
};

describe('a scraper', needs('native'), () => {
  let exporter: RunningExporter;
  let quiet: Observation;
  let idleBytes: number;
  let pageBytes: number;

  before(async () => {
    const dir = await makeConfigs({ large: { yaml } });
    exporter = await startExporter({ dir, names: 'large', args: ['--debug'] });
    await observe(exporter, 2000); // it compiles what it runs often
    pageBytes = (await exporter.get('/metrics')).body.length;
    quiet = await observe(exporter, 1500);
    idleBytes = memoryOf(exporter.pid, 'VmRSS');
  });
  after(() => exporter?.stop());

  it('is served when it is alone', (t) => {
    t.diagnostic(describeObservation('alone', quiet));
    assert.deepEqual(quiet.failures, []);
  });

  for (const [what, start] of Object.entries(crowds)) {
    it(`is served beside ${what}`, async (t) => {
      const most = 2 * quiet.worstMs + 100;
      for (let left = tries; ; left--) {
        const seen = await beside(t, what, start);
        assert.deepEqual(seen.failures, []);
        const limit = idleBytes + pageBytes + 100e6;
        assert.ok(seen.peakBytes <= limit, `${seen.peakBytes} bytes, ${limit} are the limit`);
        if (seen.worstMs <= most) return;
        assert.ok(left > 1, `a scrape took ${seen.worstMs} ms, ${most} are the limit`);
      }
    });
  }

  async function beside(t: TestContext, what: string, start: Start): Promise<Observation> {
    // Those who are there and those who come: some of it is over in the first moments.
    const [seen, crowd] = await Promise.all([observe(exporter, 2000), start(exporter.port)]);
    crowd.end();
    t.diagnostic(describeObservation(`beside ${what}`, seen));
    await sleep(50);
    return seen;
  }
});
