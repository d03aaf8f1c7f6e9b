import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeConfigs } from '../kernel/support/configs.ts';
import { type RunningExporter, startExporter } from '../kernel/support/exporter.ts';
import { needs } from '../kernel/support/requirements.ts';
import { output } from '../kernel/support/run.ts';
import { until } from '../kernel/support/wait.ts';
import { byteReaders, type Crowd, idle, unreadPages } from './clients.ts';

const label = 'n'.repeat(160);
const yaml = `metrics:
  counters:
    - { name: large, help: Long lines, labels: [{ name: ${label}, size: 4, decoders: [{ name: uint }] }] }`;

async function start(...args: string[]): Promise<RunningExporter> {
  return startExporter({ dir: await makeConfigs({ large: { yaml } }), names: 'large', args });
}

async function rejected(exporter: RunningExporter, reason: string): Promise<number> {
  return (await exporter.scrape()).sum('ebpf_exporter_http_rejected_total', { reason });
}

/** Those that the exporter has not ended. */
function open({ sockets }: Crowd): number {
  for (const socket of sockets) socket.resume(); // only who reads sees the end
  return sockets.filter(({ closed }) => !closed).length;
}

describe('clients are bounded', needs('native'), () => {
  it('in the time for an answer, however little they read at a time', async () => {
    await using exporter = await start('--web.write-timeout=2s');
    const started = performance.now();
    const crowd = await byteReaders(exporter.port, 5, 100);
    await sleep(1500 - (performance.now() - started));
    assert.equal(await rejected(exporter, 'write_timeout'), 0);
    await until('all are cut off', async () => (await rejected(exporter, 'write_timeout')) === 5, 3000);
    const ms = performance.now() - started;
    assert.ok(ms > 2000 && ms < 5000, `${ms} ms`);
    crowd.end();
  });

  it('in what is kept for them: those go that took nothing for longest', async () => {
    await using exporter = await start('--web.max-unsent-bytes=30MiB');
    const crowds: Crowd[] = [];
    for (let i = 0; i < 5; i++) {
      crowds.push(await unreadPages(exporter.port, 1));
      await exporter.scrape();
    }
    assert.equal(await rejected(exporter, 'unsent_bytes'), 4);
    await until('the first are cut off', () => crowds.slice(0, 4).every((crowd) => open(crowd) === 0));
    assert.equal(open(crowds[4]!), 1);
    for (const crowd of crowds) crowd.end();
  });

  it('in their number', async () => {
    await using exporter = await start('--web.max-connections=20');
    const crowd = await idle(exporter.port, 100);
    await until('some are closed', () => open(crowd) <= 20);
    assert.ok((await rejected(exporter, 'connections')) >= 80);
    crowd.end();
  });

  it('by the file descriptors: a scraper comes in, the log says it once', async () => {
    await using exporter = await start();
    const used = readdirSync(`/proc/${exporter.pid}/fd`).length;
    await output('prlimit', ['--pid', String(exporter.pid), `--nofile=${used + 30}:`]);
    const crowd = await idle(exporter.port, 100);
    for (let i = 0; i < 5; i++) assert.equal((await exporter.get('/metrics')).status, 200);
    assert.ok((await rejected(exporter, 'descriptors')) >= 80);
    assert.equal(exporter.log.match(/File descriptors run out/g)?.length, 1);
    crowd.end();
    await output('prlimit', ['--pid', String(exporter.pid), '--nofile=4096:']);
    assert.equal((await exporter.get('/metrics')).status, 200);
  });
});
