import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Cost } from './cost.ts';

const main = join(import.meta.dirname, '../src/main.ts');

/** Exporters that must not outlive the bench when it is interrupted. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill();
});

/** The exporter in a process of its own, scraped over HTTP as Prometheus would, uncompressed. */
export class ExporterProcess {
  readonly #child: ChildProcess;
  readonly #url: string;
  /** Bytes of the last page. */
  pageBytes = 0;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  /** Resolves once it listens. `nodeFlags` go to Node.js. */
  static async start(
    configDir: string,
    config: string,
    nodeFlags: readonly string[],
  ): Promise<ExporterProcess> {
    const address = `127.0.0.1:${await freePort()}`;
    const flags = [
      `--config.dir=${configDir}`,
      `--config.names=${config}`,
      `--web.listen-address=${address}`,
    ];
    const child = spawn(process.execPath, [...nodeFlags, main, ...flags], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    while (!log.includes('Listening on')) {
      if (child.exitCode !== null) throw new Error(`The exporter does not start:\n${log}`);
      await setTimeout(10);
    }
    return new ExporterProcess(child, `http://${address}`);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async scrape(): Promise<Cost> {
    const cpu = cpuMs(this.pid);
    const start = performance.now();
    const response = await fetch(`${this.#url}/metrics`, { headers: { 'accept-encoding': 'identity' } });
    this.pageBytes = (await response.arrayBuffer()).byteLength;
    const wallMs = performance.now() - start;
    if (!response.ok) throw new Error(`The exporter answers ${response.status}`);
    return { cpuMs: cpuMs(this.pid) - cpu, wallMs };
  }

  /** Resident memory. */
  get rssBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'exit');
  }
}

/** Of all threads, in nanoseconds from the scheduler: /proc/PID/stat counts in steps of 10 ms, too coarse here. */
function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((id) =>
    Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ns.reduce((sum, each) => sum + each, 0) / 1e6;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}
