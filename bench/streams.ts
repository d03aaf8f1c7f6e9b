import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cpuMs, ExporterProcess } from './exporter-process.ts';
import type { StreamFixture } from './workspace.ts';

const recordsPerCall = 100;
const seconds = 5;

/** What a consumer of a ring buffer costs at a rate. */
export type StreamCost = {
  readonly consumer: string;
  readonly perSecond: number;
  readonly records: number;
  readonly lost: number;
  readonly usPerRecord: number;
  /** Resident memory at the end. */
  readonly rssBytes: number | undefined;
};

const metric = (labels: string): string =>
  `metrics: {counters: [{name: events_total, help: Events, ringbuf: events, labels: [${labels}]}]}`;
const label = (name: string, size: number, decoder: string): string =>
  `{name: ${name}, size: ${size}, decoders: [{name: ${decoder}}]}`;
const ids = [label('trace_id', 16, 'hex'), label('parent_span_id', 8, 'hex'), label('span_id', 8, 'hex')];
const times = [label('span_monotonic_timestamp_ns', 8, 'uint'), label('span_duration_ns', 8, 'uint')];
const described = [label('kind', 4, 'uint'), label('value', 4, 'uint'), label('comm', 16, 'string')];

const configs: Readonly<Record<string, string>> = {
  counter: metric(''),
  labels: metric(described.join(', ')),
  spans: `tracing: {spans: [{name: event, ringbuf: events, service: bench, labels: [${[...described, ...ids, ...times].join(', ')}]}]}`,
};

/** Records of 72 bytes, counted by a C program, counted by us, by their labels, and sent as spans to loopback. */
export async function measureStreams(
  fixture: StreamFixture,
  rates: readonly number[],
): Promise<StreamCost[]> {
  const costs: StreamCost[] = [];
  for (const rate of rates) {
    costs.push(await measureConsumer(fixture, rate));
    for (const [name, yaml] of Object.entries(configs))
      costs.push(await measureExporter(fixture, { name, yaml }, rate));
  }
  return costs;
}

async function measureConsumer(fixture: StreamFixture, perSecond: number): Promise<StreamCost> {
  const child = spawn(fixture.consumer, [fixture.object], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  await produce(perSecond);
  child.stdin.end();
  const [records = 0, us = 0] = String((await lines.next()).value)
    .split(' ')
    .map(Number);
  await ended(child);
  const lost = perSecond * seconds - records;
  return { consumer: 'C program', perSecond, records, lost, usPerRecord: us / records, rssBytes: undefined };
}

async function measureExporter(
  fixture: StreamFixture,
  { name, yaml }: { name: string; yaml: string },
  perSecond: number,
): Promise<StreamCost> {
  const configDir = join(fixture.directory, name);
  mkdirSync(configDir, { recursive: true });
  writeFileSync(join(configDir, `${name}.yaml`), yaml);
  copyFileSync(fixture.object, join(configDir, `${name}.bpf.o`));
  const receiver = spawn(process.execPath, ['-e', receiverSource], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(createInterface({ input: receiver.stdout }), 'line');
  const exporter = await ExporterProcess.start(configDir, name, [], {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  });
  try {
    await produce(perSecond); // compiles what is hot, and is not counted
    const before = await exporter.metrics();
    const cpu = cpuMs(exporter.pid);
    await produce(perSecond);
    const us = (cpuMs(exporter.pid) - cpu) * 1000;
    const after = await exporter.metrics();
    const rise = (metric: string): number => sum(after, metric) - sum(before, metric);
    const records = rise('ebpf_exporter_records_total');
    const lost = rise('ebpf_exporter_lost_records_total') + rise('ebpf_exporter_spans_dropped_total');
    return {
      consumer: name,
      perSecond,
      records,
      lost,
      usPerRecord: us / records,
      rssBytes: exporter.rssBytes,
    };
  } finally {
    await exporter.close();
    receiver.kill();
    await ended(receiver);
  }
}

/** Takes traces and throws them away: what it costs is not ours. */
const receiverSource = `
  const server = require('node:http').createServer((request, response) => {
    request.on('end', () => response.end()).resume();
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

/** Causes so many records a second for some seconds, a hundred at a time. */
async function produce(perSecond: number): Promise<void> {
  const calls = (perSecond / recordsPerCall) * seconds;
  const source = `
    const { getPriority } = require('node:os');
    const wait = new Int32Array(new SharedArrayBuffer(4));
    const started = performance.now();
    for (let made = 0; made < ${calls}; Atomics.wait(wait, 0, 0, 1)) {
      const due = Math.min(${calls}, ${calls / seconds} * (performance.now() - started) / 1000);
      for (; made < due; made++) getPriority(0);
    }
    Atomics.wait(wait, 0, 0, 50);`;
  await ended(spawn(process.execPath, ['-e', source], { stdio: 'inherit' }));
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

function sum(page: string, metric: string): number {
  const values = [...page.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
  return values.reduce((total, [, value]) => total + Number(value), 0);
}
