import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './exporter.ts';
import { type Running, start } from './run.ts';
import { scratchDirectory } from './scratch.ts';
import { until } from './wait.ts';

export type Sample = { readonly metric: Readonly<Record<string, string>>; readonly value: [number, string] };

/** A Prometheus that scrapes one exporter four times a second. To be held with `await using`. */
export class PrometheusServer {
  readonly #running: Running;
  readonly #url: string;

  private constructor(running: Running, port: number) {
    this.#running = running;
    this.#url = `http://127.0.0.1:${port}`;
  }

  /** Resolves when it has scraped twice, so that there are rates. */
  static async start(exporterPort: number): Promise<PrometheusServer> {
    const directory = scratchDirectory();
    const targets = `[{ targets: ['127.0.0.1:${exporterPort}'] }]`;
    const job = `{ job_name: ebpf, scrape_interval: 250ms, scrape_timeout: 250ms, static_configs: ${targets} }`;
    const config = join(directory, 'prometheus.yml');
    writeFileSync(config, `scrape_configs: [${job}]\n`);
    const port = await freePort();
    const data = `--storage.tsdb.path=${join(directory, 'data')}`;
    const address = `--web.listen-address=127.0.0.1:${port}`;
    const running = start('prometheus', [`--config.file=${config}`, data, address, '--log.level=warn']);
    const server = new PrometheusServer(running, port);
    try {
      const scraped = async (): Promise<boolean> =>
        Number((await server.query('count_over_time(up[1m]) > 1').catch(() => []))[0]?.value[1]) > 1;
      await until(() => `two scrapes by Prometheus; it says ${running.stderr}`, scraped, 30_000);
    } catch (thrown) {
      await server[Symbol.asyncDispose]();
      throw thrown;
    }
    return server;
  }

  /** What an expression gives now; throws Prometheus' own words when it is wrong. */
  async query(expression: string): Promise<readonly Sample[]> {
    const response = await fetch(`${this.#url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const answer = (await response.json()) as { error?: string; data: { result: Sample[] } };
    if (!response.ok) throw new Error(`${expression}: ${answer.error}`);
    return answer.data.result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running.child.kill('SIGTERM');
    await this.#running.ended;
  }
}
