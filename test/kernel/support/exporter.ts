import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { heldObjects, kernelObjects } from './bpftool.ts';
import { root } from './configs.ts';
import { Page } from './page.ts';
import { readableLog } from './readable-log.ts';
import { type Ended, type Running, run, start } from './run.ts';
import { patience, until } from './wait.ts';

export const binary = join(root, 'bin/ebpf_exporter');

export type Options = {
  /** The config directory. */
  readonly dir: string;
  /** With commas. */
  readonly names: string;
  readonly args?: readonly string[];
  /** A command that runs it, such as one that takes capabilities from it. */
  readonly under?: readonly string[];
  /** Another than the checkout's. */
  readonly binary?: string;
};

export type Answer = {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
};

/** Starts the exporter on a free port and waits until it listens. To be held with `await using`. */
export async function startExporter(options: Options): Promise<RunningExporter> {
  const before = new Set((await kernelObjects()).keys());
  const port = await freePort();
  const program = options.binary ?? binary;
  const [command, ...args] = [...(options.under ?? []), program, ...commandLine(options, port)];
  const running = start(command!, args);
  const exporter = new RunningExporter(running, port, before);
  try {
    await Promise.race([
      until('the exporter listens', () => /^INFO {2}Listening on/m.test(readableLog(running.stderr))),
      running.ended.then(({ code, stderr }) => assert.fail(`the exporter ended with ${code}:\n${stderr}`)),
    ]);
  } catch (thrown) {
    running.child.kill('SIGKILL');
    throw thrown;
  }
  return exporter;
}

/** Runs the exporter where it ends by itself, and checks that it left nothing in the kernel. */
export async function runExporter(options: Options): Promise<Ended> {
  return runToEnd(binary, commandLine(options, await freePort()));
}

/** Starts the exporter and kills it after so many milliseconds; checks that nothing is left in the kernel. */
export async function killed(options: Options, afterMs: number): Promise<void> {
  const before = new Set((await kernelObjects()).keys());
  const running = start(binary, commandLine(options, await freePort()));
  await sleep(afterMs);
  running.child.kill('SIGKILL');
  await running.ended;
  await assertNothingLeft(before);
}

/** As `runExporter`, with a whole command line. */
export async function runToEnd(command: string, args: readonly string[]): Promise<Ended> {
  const before = new Set((await kernelObjects()).keys());
  const ended = await run(command, args);
  await assertNothingLeft(before);
  return { ...ended, stderr: readableLog(ended.stderr) };
}

export class RunningExporter {
  readonly pid: number;
  readonly port: number;
  readonly #running: Running;
  readonly #before: ReadonlySet<string>;
  #stopped = false;

  constructor(running: Running, port: number, before: ReadonlySet<string>) {
    this.pid = running.child.pid!;
    this.port = port;
    this.#running = running;
    this.#before = before;
  }

  /** What it has logged so far, as `readableLog` has it. */
  get log(): string {
    return readableLog(this.#running.stderr);
  }

  get(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: this.port, path, agent: false, ...options }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      })
        .on('error', reject)
        .end();
    });
  }

  async scrape(path = '/metrics'): Promise<Page> {
    const { status, body } = await this.get(path);
    assert.equal(status, 200, body.toString());
    return new Page(body.toString());
  }

  /** Ends it; checks that it exits with 0 and leaves nothing in the kernel. How long it took. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<{ ms: number }> {
    this.#stopped = true;
    const asked = performance.now();
    const killer = setTimeout(() => this.#running.child.kill('SIGKILL'), 10_000 * patience);
    this.#running.child.kill(signal);
    const ended = await this.#running.ended;
    clearTimeout(killer);
    const ms = performance.now() - asked;
    assert.deepEqual({ code: ended.code, signal: ended.signal }, { code: 0, signal: null }, this.log);
    await assertNothingLeft(this.#before);
    return { ms };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#stopped) await this.stop();
  }
}

/** Nothing new is in the kernel that no process holds. The kernel frees things a little after their last user is gone. */
async function assertNothingLeft(before: ReadonlySet<string>): Promise<void> {
  let left: string[] = [];
  // Listing opens every map; of an array of programs that is just being emptied, the kernel loses count by that.
  await sleep(50);
  await until(
    () => `nothing of ours stays in the kernel; there are still ${left.join(', ')}`,
    async () => {
      const now = await kernelObjects();
      const held = heldObjects();
      left = [...now]
        .filter(([object]) => !before.has(object) && !held.has(object))
        .map((object) => object.join(' '));
      return left.length === 0;
    },
  );
}

function commandLine({ dir, names, args = [] }: Options, port: number): string[] {
  return [
    `--config.dir=${dir}`,
    `--config.names=${names}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.no-timestamps',
    ...args,
  ];
}

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
