import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { step } from './announce.mjs';
import { bundle, bundleId } from './bundle.mjs';
import { root } from './place.mjs';

/** Holds the ID of the bundle that was run as far as it goes. */
const memory = join(root, 'build/precompiled');

/** A counter and a histogram that most kernels take. */
const examples = 'percpu-softirq,softirq-latency';

/**
 * Runs the exporter once as users do, up to some scrapes, and keeps the bytecode that V8 made on the way: each start
 * after that compiles nothing. Where it may not load BPF, what it did until then is kept, and it is tried again next time.
 */
export async function precompile() {
  const id = bundleId();
  if (existsSync(`${bundle}.bytecode`) && existsSync(memory) && readFileSync(memory, 'utf8') === id) return;
  await step('Precompiling the exporter', async () => {
    // An optimisation: what goes wrong here must not fail the set-up.
    if (await runOnce().catch(() => false)) writeFileSync(memory, id);
  });
}

/** Whether it got as far as its last scrape. */
async function runOnce() {
  const address = `127.0.0.1:${await freePort()}`;
  const flags = ['--config.dir=examples', `--config.names=${examples}`, `--web.listen-address=${address}`];
  // Whatever ends the set-up ends the exporter too; and it is not the service that systemd waits for.
  const { NOTIFY_SOCKET, NODE_OPTIONS, ...env } = process.env;
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', join(root, 'bin/ebpf_exporter'), ...flags], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...env, EBPF_EXPORTER_SAVE_BYTECODE: '1' },
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'close');
  let log = '';
  let scraped = Promise.resolve(false);
  child.stderr.setEncoding('utf8').on('data', (text) => {
    if (log.includes('Listening on')) return;
    log += text;
    if (!log.includes('Listening on')) return;
    scraped = scrape(`http://${address}/metrics`).then(
      () => child.kill('SIGTERM'),
      () => child.kill('SIGTERM') && false,
    );
  });
  await ended;
  return scraped;
}

/** @param {string} url */
async function scrape(url) {
  for (const encoding of ['identity', 'gzip', 'zstd']) {
    const [response] = await once(get(url, { headers: { 'accept-encoding': encoding } }), 'response');
    response.resume();
    await once(response, 'end');
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? address?.port : undefined;
}
