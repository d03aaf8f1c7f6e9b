/*
 * Draws docs/traces/NAME.svg of what an example says about a real run:
 *   node docs/draw-traces.ts exec-trace bio-trace sched-trace
 * Kernels that this machine does not have are reached through a guest, which cannot write here:
 *   npm run vm -- --kernel 6.12 'node docs/draw-traces.ts --print sock-trace' > spans; node docs/draw-traces.ts --read=spans
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startOtlpReceiver } from '../src/tracing/otlp-receiver-testing.ts';
import { output } from '../test/kernel/support/run.ts';
import { runDemo, type Span, traced } from '../test/kernel/support/traced.ts';

/** What is drawn of a span. Times in milliseconds. */
type Bar = {
  readonly id: string;
  readonly parent: string | undefined;
  readonly trace: string;
  readonly name: string;
  readonly service: string;
  readonly start: number;
  readonly duration: number;
};

/** What makes each example say something, and which of its spans are drawn. */
const runs: Readonly<Record<string, { cause: 'demo' | readonly [string, ...string[]]; limit: number }>> = {
  'exec-trace': {
    cause: ['/bin/bash', '-c', 'sleep 0.05; seq 200000 | sort -r | tail -1; (sleep 0.03); :'],
    limit: 20,
  },
  'bio-trace': {
    cause: ['dd', 'if=/dev/zero', 'of=build/written', 'bs=65536', 'count=12', 'oflag=direct'],
    limit: 20,
  },
  'sched-trace': { cause: 'demo', limit: 24 },
  'cfs-throttling-trace': { cause: 'demo', limit: 24 },
  'sock-trace': { cause: 'demo', limit: 30 },
};

const { values, positionals } = parseArgs({
  options: { print: { type: 'boolean', default: false }, read: { type: 'string' } },
  allowPositionals: true,
});
if (values.read !== undefined) {
  for (const [, name = '', json = ''] of readFileSync(values.read, 'utf8').matchAll(
    /^.*?TRACE (\S+) (\[.*\])\s*$/gm,
  )) {
    draw(name, JSON.parse(json));
  }
}
for (const name of positionals) {
  const bars = await record(name);
  if (values.print) console.log(`TRACE ${name} ${JSON.stringify(bars)}`);
  else draw(name, bars);
}
process.exit();

async function record(name: string): Promise<Bar[]> {
  const { cause, limit } = runs[name]!;
  await using receiver = await startOtlpReceiver();
  await using _exporter = await traced(receiver, name);
  await sleep(500);
  const first = receiver.spans.length;
  const from = Date.now();
  const demo = name.slice(0, name.indexOf('-'));
  const trace = cause === 'demo' ? await runDemo(demo, receiver) : undefined;
  if (cause !== 'demo') await output(cause[0], cause.slice(1));
  const to = Date.now();
  await sleep(1500);
  const bars = receiver.spans
    .slice(first)
    .map(barOf)
    .filter((bar) => (trace === undefined ? bar.start >= from && bar.start <= to : bar.trace === trace))
    .sort((a, b) => a.start - b.start || b.duration - a.duration);
  const root = bars.find(({ parent }) => parent === undefined)!;
  // A process has many threads; those that wait longest say most.
  const longest = new Set(bars.toSorted((a, b) => b.duration - a.duration).slice(0, limit));
  return bars.filter(
    (bar) => bar === root || (name === 'exec-trace' ? bar.trace === root.trace : longest.has(bar)),
  );
}

function barOf(span: Span): Bar {
  const ms = ([seconds, ns]: readonly [number, number]): number => seconds * 1000 + ns / 1e6;
  return {
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    trace: span.spanContext().traceId,
    name: span.name,
    service: String(span.resource.attributes['service.name']),
    start: ms(span.startTime),
    duration: ms(span.duration),
  };
}

/** A row for each span, each below its parent. */
function draw(name: string, bars: readonly Bar[]): void {
  const [left, width, row] = [250, 640, 20];
  const start = Math.min(...bars.map((bar) => bar.start));
  const total = Math.max(...bars.map((bar) => bar.start + bar.duration)) - start;
  const services = [...new Set(bars.map(({ service }) => service))];
  const colours = ['#4c78a8', '#f58518', '#54a24b', '#b279a2'];
  const depth = (bar: Bar): number => {
    const parent = bars.find(({ id }) => id === bar.parent);
    return parent === undefined ? 0 : 1 + depth(parent);
  };
  const rows = bars.map((bar, nth) => {
    const x = left + ((bar.start - start) / total) * width;
    const w = Math.max(2, (bar.duration / total) * width);
    const y = 30 + nth * row;
    const colour = colours[services.indexOf(bar.service) % colours.length];
    const ms = bar.duration < 1 ? `${Math.round(bar.duration * 1000)} µs` : `${bar.duration.toFixed(1)} ms`;
    return [
      `<text x="${8 + depth(bar) * 12}" y="${y + 13}">${escapeXml(bar.name)}</text>`,
      `<rect x="${x.toFixed(1)}" y="${y + 3}" width="${w.toFixed(1)}" height="${row - 6}" rx="2" fill="${colour}"/>`,
      `<text x="${left + width + 8}" y="${y + 13}" fill="#666">${ms}</text>`,
    ].join('');
  });
  const legend = services.map(
    (service, nth) =>
      `<rect x="${left + nth * 150}" y="8" width="10" height="10" fill="${colours[nth % colours.length]}"/><text x="${left + 14 + nth * 150}" y="17">${escapeXml(service)}</text>`,
  );
  const size = `width="${left + width + 80}" height="${40 + bars.length * row}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="12"><title>Spans of ${name}</title><rect width="100%" height="100%" fill="white"/>\n${[...legend, ...rows].join('\n')}\n</svg>\n`;
  writeFileSync(join(import.meta.dirname, 'traces', `${name}.svg`), svg);
  console.log(`${name}: ${bars.length} spans over ${total.toFixed(1)} ms`);
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
