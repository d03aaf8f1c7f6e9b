import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  type Answer,
  type OtlpReceiver,
  startOtlpReceiver,
} from '../../src/tracing/otlp-receiver-testing.ts';
import { makeConfigs } from './support/configs.ts';
import { type RunningExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { until } from './support/wait.ts';

const recordsPerCall = 100;
const name = (metric: string): string => `ebpf_exporter_${metric}`;

/** The exporter with spans of every record of the flood, sent to a port of loopback. */
async function flooded(url: string): Promise<RunningExporter> {
  const labels =
    '[{name: number, size: 8, decoders: [{name: uint}]}, {name: rest, size: 56, decoders: [{name: hex}]}]';
  const dir = await makeConfigs({
    flood: {
      defines: { RECORDS: String(recordsPerCall) },
      yaml: `tracing: {spans: [{name: event, ringbuf: ring, labels: ${labels}}]}`,
    },
  });
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_EXPORTER_OTLP_TIMEOUT: '1500',
  };
  const under = ['env', ...Object.entries(env).map(([variable, value]) => `${variable}=${value}`)];
  return startExporter({ dir, names: 'flood', under });
}

/** Causes records in another process, 50,000 a second. */
async function cause(records: number): Promise<void> {
  const calls = records / recordsPerCall;
  const source = `
    const { getPriority } = require('node:os');
    const started = performance.now();
    let made = 0;
    const more = () => {
      for (const due = Math.min(${calls}, (performance.now() - started) / 2); made < due; made++) getPriority(0);
      if (made < ${calls}) setTimeout(more, 1);
    };
    more();`;
  const [code] = await once(spawn(process.execPath, ['-e', source], { stdio: 'inherit' }), 'exit');
  assert.equal(code, 0);
}

function rssBytes({ pid }: RunningExporter): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}

/** What was made, delivered and dropped; it adds up once nothing waits. */
async function balance(exporter: RunningExporter, receiver: OtlpReceiver | undefined) {
  const page = await exporter.scrape();
  return {
    dropped: page.sum(name('spans_dropped_total')),
    waiting: page.sum(name('span_queue_length')),
    failures: page.sum(name('span_export_failures_total')),
    delivered: receiver?.spans.filter((span) => span.name === 'event').length ?? 0,
    lost: page.sum(name('lost_records_total')),
    records: page.sum(name('records_total')),
  };
}

describe('spans', needs('native'), () => {
  it('are dropped and counted while nobody listens, and delivered again once somebody does', async () => {
    const gone = await startOtlpReceiver();
    await gone.close();
    await using exporter = await flooded(gone.url);
    await cause(20_000);
    await until('an export failed', async () => (await balance(exporter, undefined)).failures > 0, 20_000);
    const before = rssBytes(exporter);
    await cause(200_000);
    const down = await balance(exporter, undefined);
    assert.ok(down.records + down.lost >= 200_000);
    assert.ok(down.dropped > 100_000, `${down.dropped} dropped`);
    assert.ok(down.waiting <= 2048, `${down.waiting} wait`);
    assert.ok(
      rssBytes(exporter) - before < 50_000_000,
      `${before} bytes before, ${rssBytes(exporter)} after`,
    );
    assert.ok(exporter.log.match(/Cannot export/g)!.length <= 2, exporter.log);

    await using receiver = await startOtlpReceiver('http', Number(new URL(gone.url).port));
    await until('delivery resumes', () => receiver.spans.length > 0, 60_000);
    const { delivered } = await balance(exporter, receiver);
    await cause(1000);
    await until(
      'the new spans',
      async () => (await balance(exporter, receiver)).delivered >= delivered + 1000,
      20_000,
    );
  });

  const answers: readonly [what: string, answer: Answer][] = [
    ['429', { status: 429, headers: { 'retry-after': '1' } }],
    ['503', { status: 503 }],
    ['nothing for a while', { status: 200, afterMs: 3000 }],
  ];
  for (const [what, answer] of answers) {
    it(`add up when the receiver answers ${what}, then takes them`, async () => {
      await using receiver = await startOtlpReceiver();
      await using exporter = await flooded(receiver.url);
      receiver.answer = () => answer;
      await cause(50_000);
      await until('spans are dropped', async () => (await balance(exporter, receiver)).dropped > 0, 20_000);
      assert.ok((await balance(exporter, receiver)).waiting <= 2048);
      receiver.answer = () => ({ status: 200 });
      await until(
        'all are accounted for',
        async () => {
          const { dropped, waiting, delivered, records } = await balance(exporter, receiver);
          return waiting === 0 && delivered > 0 && delivered + dropped >= records;
        },
        60_000,
      );
    });
  }
});
