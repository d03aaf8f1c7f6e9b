import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningExporter } from '../kernel/support/exporter.ts';

/** What a scraper has seen, and what it made of the exporter. */
export type Observation = {
  readonly scrapes: number;
  /** Why others failed. */
  readonly failures: readonly string[];
  readonly medianMs: number;
  readonly worstMs: number;
  /** The exporter's resident memory at its largest. */
  readonly peakBytes: number;
};

/** Scrapes again and again while something else goes on, or for a while. */
export async function observe(exporter: RunningExporter, ms: number): Promise<Observation> {
  writeFileSync(`/proc/${exporter.pid}/clear_refs`, '5'); // the peak starts anew
  const times: number[] = [];
  const failures: string[] = [];
  for (const end = performance.now() + ms; performance.now() < end; ) {
    const start = performance.now();
    const failure = await exporter.get('/metrics').then(
      ({ status }) => (status === 200 ? undefined : `status ${status}`),
      (thrown) => String(thrown),
    );
    if (failure === undefined) times.push(performance.now() - start);
    else failures.push(`${failure} after ${(performance.now() - start).toFixed(0)} ms`);
    await sleep(50);
  }
  times.sort((a, b) => a - b);
  return {
    scrapes: times.length,
    failures,
    medianMs: times[times.length >> 1] ?? Number.NaN,
    worstMs: times.at(-1) ?? Number.NaN,
    peakBytes: memoryOf(exporter.pid, 'VmHWM'),
  };
}

export function memoryOf(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
}

export function describeObservation(what: string, seen: Observation): string {
  const { scrapes, failures, medianMs, worstMs, peakBytes } = seen;
  const waits = `median ${medianMs.toFixed(0)} ms, worst ${worstMs.toFixed(0)} ms`;
  return `${what}: ${scrapes} scrapes, ${failures.length} failed, ${waits}; peak ${(peakBytes / 1e6).toFixed(0)} MB`;
}
