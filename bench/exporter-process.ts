import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Cost } from './cost.ts';

const program = join(import.meta.dirname, '../bin/ebpf_exporter');
const minutes = join(import.meta.dirname, 'minutes.cjs');

/** Exporters that must not outlive the bench when it is interrupted. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill();
});

export type Encoding = 'identity' | 'gzip' | 'zstd';

export type Scrape = {
  readonly cost: Cost;
  /** Bytes of the body as it was sent. */
  readonly bodyBytes: number;
};

/** The exporter in a process of its own, scraped over HTTP as Prometheus would. */
export class ExporterProcess {
  readonly #child: ChildProcess;
  readonly #url: string;
  /** When the process was started, on the clock of `performance.now()`. */
  readonly startedAt: number;
  /** What opening, loading and attaching took. */
  readonly loadMs: number;

  private constructor(child: ChildProcess, url: string, startedAt: number, loadMs: number) {
    this.#child = child;
    this.#url = url;
    this.startedAt = startedAt;
    this.loadMs = loadMs;
  }

  /** Resolves once it listens. Started as users start it; `nodeFlags` go to Node.js. */
  static async start(
    configDir: string,
    config: string,
    nodeFlags: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ExporterProcess> {
    const address = `127.0.0.1:${await freePort()}`;
    const flags = [
      `--config.dir=${configDir}`,
      `--config.names=${config}`,
      `--web.listen-address=${address}`,
    ];
    const startedAt = performance.now();
    const child = spawn(program, flags, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env, NODE_OPTIONS: [`--require=${minutes}`, ...nodeFlags].join(' ') },
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const log = await logUntil('Listening on', child);
    const loadMs = Number(/^.*Started with .* in (\d+) ms\b/m.exec(log)?.[1]);
    return new ExporterProcess(child, `http://${address}`, startedAt, loadMs);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async scrape(encoding: Encoding): Promise<Scrape> {
    const cpu = cpuMs(this.pid);
    const start = performance.now();
    const bodyBytes = await bodySize(`${this.#url}/metrics`, encoding);
    const wallMs = performance.now() - start;
    return { cost: { cpuMs: cpuMs(this.pid) - cpu, wallMs }, bodyBytes };
  }

  /** The text of the metrics page. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.#url}/metrics`)).text();
  }

  /** Resident memory. */
  get rssBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** Its clock is a minute further at the next scrape. */
  passMinute(): void {
    this.#child.kill('SIGUSR2');
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'exit');
  }
}

/** What the exporter has logged when a text appears in it. Its log is read on, so that it never waits for us. */
function logUntil(text: string, child: ChildProcess): Promise<string> {
  let log = '';
  return new Promise((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (more: string) => {
      log += more;
      if (log.includes(text)) resolve(log);
    });
    child.once('close', () => reject(new Error(`The exporter does not start:\n${log}`)));
  });
}

/** Takes a body as it comes, without decompressing it: on this machine that would slow the exporter down. */
async function bodySize(url: string, encoding: Encoding): Promise<number> {
  const request = get(url, { headers: { 'accept-encoding': encoding } });
  const [response]: [IncomingMessage] = (await once(request, 'response')) as [IncomingMessage];
  const got = response.headers['content-encoding'] ?? 'identity';
  if (response.statusCode !== 200 || got !== encoding) {
    throw new Error(`The exporter answers ${response.statusCode}, encoded as ${got}, not ${encoding}`);
  }
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await once(response, 'end');
  return bytes;
}

/** Of all threads, in nanoseconds from the scheduler: /proc/PID/stat counts in steps of 10 ms, too coarse here. */
export function cpuMs(pid: number): number {
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
