import { setImmediate } from 'node:timers/promises';
import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import gc from 'prom-client/lib/metrics/gc.js';
import heapSizeAndUsed from 'prom-client/lib/metrics/heapSizeAndUsed.js';
import heapSpacesSizeAndUsed from 'prom-client/lib/metrics/heapSpacesSizeAndUsed.js';
import osMemoryHeap from 'prom-client/lib/metrics/osMemoryHeap.js';
import processMaxFileDescriptors from 'prom-client/lib/metrics/processMaxFileDescriptors.js';
import processOpenFileDescriptors from 'prom-client/lib/metrics/processOpenFileDescriptors.js';
import processResources from 'prom-client/lib/metrics/processResources.js';
import processStartTime from 'prom-client/lib/metrics/processStartTime.js';
import version from 'prom-client/lib/metrics/version.js';
import Registry from 'prom-client/lib/registry.js';
import { type Family, type FamilyType, smallFamily } from '../metrics/family.ts';

/**
 * prom-client's default metrics one by one, without those that cost more than they tell: its event loop monitor wakes
 * the process a hundred times a second, its main file loads Node.js's HTTPS client for its push gateway, and its CPU
 * times load the OpenTelemetry API.
 */
const registrations = [
  gc,
  heapSizeAndUsed,
  heapSpacesSizeAndUsed,
  osMemoryHeap,
  processMaxFileDescriptors,
  processOpenFileDescriptors,
  processResources,
  processStartTime,
  version,
];

const leftOut = [
  // A gauge that is named like a counter: promtool refuses it, and `nodejs_active_resources` by type says the same.
  'nodejs_active_resources_total',
  // What the kernel calls data: all that V8 reserved, ten times the resident memory.
  'process_heap_bytes',
];

/** The `process_*` and `nodejs_*` metrics that users of Node.js services know, from prom-client. */
export class ProcessFamilies {
  readonly #registry = new Registry();

  constructor() {
    for (const register of registrations) register(this.#registry);
  }

  async collect(): Promise<readonly Family[]> {
    const lag = await eventLoopLag();
    const metrics: MetricObjectWithValues<MetricValue<string>>[] = await this.#registry.getMetricsAsJSON();
    return [lag, ...cpuTimes(), ...metrics.filter(({ name }) => !leftOut.includes(name)).map(familyOf)];
  }
}

function familyOf({ name, help, type, values }: MetricObjectWithValues<MetricValue<string>>): Family {
  const samples = values.map((value) => ({
    name: 'metricName' in value && typeof value.metricName === 'string' ? value.metricName : name,
    labels: Object.fromEntries(Object.entries(value.labels).map(([key, text]) => [key, String(text)])),
    value: value.value,
  }));
  // prom-client calls its types as the format does, in a string enum.
  return smallFamily(String(type) as FamilyType, name, help, samples);
}

/** Measured when asked, as prom-client does. */
async function eventLoopLag(): Promise<Family> {
  const start = performance.now();
  await setImmediate();
  const value = (performance.now() - start) / 1000;
  return smallFamily('gauge', 'nodejs_eventloop_lag_seconds', 'Lag of event loop in seconds.', [
    { labels: {}, value },
  ]);
}

function cpuTimes(): readonly Family[] {
  const { user, system } = process.cpuUsage();
  const family = (name: string, what: string, us: number): Family =>
    smallFamily('counter', name, `Total ${what}CPU time spent in seconds.`, [
      { labels: {}, value: us / 1e6 },
    ]);
  return [
    family('process_cpu_user_seconds_total', 'user ', user),
    family('process_cpu_system_seconds_total', 'system ', system),
    family('process_cpu_seconds_total', 'user and system ', user + system),
  ];
}
