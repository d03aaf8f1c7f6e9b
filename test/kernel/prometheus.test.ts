import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fillMaps, u32 } from './support/bpftool.ts';
import { makeConfigs } from './support/configs.ts';
import { freePort, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { start } from './support/run.ts';
import { scratchDirectory } from './support/scratch.ts';
import { until } from './support/wait.ts';

type QueryAnswer = { data: { result: { value: [time: number, value: string] }[] } };

describe('Prometheus', needs('prometheus', 'native'), () => {
  for (const args of [[], ['--web.openmetrics']]) {
    it(`scrapes the exporter ${args} and answers a query over a series`, () => scrapeAndQuery(args));
  }
});

/** Prometheus prefers OpenMetrics, so what it parses is what the exporter's arguments allow. */
async function scrapeAndQuery(args: readonly string[]): Promise<void> {
  await using exporter = await startExporter({
    dir: await makeConfigs({ decoders: {} }),
    names: 'decoders',
    args,
  });
  await fillMaps(exporter.pid, {
    errno: [
      [u32(2), 40n],
      [u32(11), 2n],
    ],
  });
  const directory = scratchDirectory();
  writeFileSync(
    join(directory, 'prometheus.yml'),
    `
scrape_configs:
  - job_name: ebpf
    scrape_interval: 250ms
    scrape_timeout: 250ms
    static_configs: [{targets: ['127.0.0.1:${exporter.port}']}]
`,
  );
  const port = await freePort();
  const prometheus = start('prometheus', [
    `--config.file=${join(directory, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ]);
  try {
    const query = async (expression: string): Promise<string | undefined> => {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
      const response = await fetch(url).catch(() => undefined); // it takes a while to listen, and to be ready
      const answer = response?.ok ? ((await response.json()) as QueryAnswer) : undefined;
      return answer?.data.result[0]?.value[1];
    };
    const total = await until(
      () => `an answer from Prometheus; it says ${prometheus.stderr}`,
      () => query('sum by (job) (ebpf_exporter_errno{x=~"E.*"})'),
      30_000,
    );
    assert.equal(total, '42');
    assert.equal(await query('up'), '1');
  } finally {
    prometheus.child.kill('SIGTERM');
    await prometheus.ended;
  }
}
