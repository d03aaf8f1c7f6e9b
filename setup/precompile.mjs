import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { step } from './announce.mjs';
import { root } from './place.mjs';

const bytecode = join(root, 'build/ebpf_exporter.cjs.bytecode');

/** A counter and a histogram that most kernels take. */
const examples = 'percpu-softirq,softirq-latency';

/**
 * Runs the exporter once as users do, up to some scrapes, and keeps the bytecode that V8 made on the way: each start
 * after that compiles nothing. Where it may not load BPF, what it did until then is kept.
 */
export async function precompile() {
  if (existsSync(bytecode)) return;
  await step('Precompiling the exporter', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const flags = ['--config.dir=examples', `--config.names=${examples}`, `--web.listen-address=${address}`];
    const child = spawn(join(root, 'bin/ebpf_exporter'), flags, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, EBPF_EXPORTER_SAVE_BYTECODE: '1' },
      timeout: 30_000,
    });
    const ended = once(child, 'close');
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
      if (!log.includes('Listening on')) return;
      child.stderr.removeAllListeners('data').resume();
      void scrape(`http://${address}/metrics`).finally(() => child.kill());
    });
    await ended;
  });
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
