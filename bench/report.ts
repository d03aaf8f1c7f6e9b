import type { CgroupsCost } from './cgroups.ts';
import { type Costs, medianCpuMs, medianWallMs } from './cost.ts';
import type { Measurement } from './measure.ts';
import { bodies, type ProbeCost } from './probes.ts';
import type { StartCost } from './start.ts';
import type { StreamCost } from './streams.ts';
import { none, type Table } from './table.ts';

/** Below this many values, noise of the process is larger than what they take. */
const fewestForMemory = 1e5;

/** CPU time as multiples of the floor, which alone is in milliseconds. */
export function cpuTable(measurements: readonly Measurement[]): Table {
  const columns: [heading: string, text: (measurement: Measurement) => string][] = [
    ['C read', ({ costs }) => milliseconds(medianCpuMs(costs.readInC))],
    ['C read and text', ({ costs }) => cpu(costs.textInC, costs)],
    ['our read', ({ costs }) => cpu(costs.batchRead, costs)],
    ['key by key', ({ costs }) => cpu(costs.keyByKey, costs)],
    ['page', ({ costs }) => cpu(costs.inProcess, costs)],
    ['page of new keys', ({ costs }) => cpu(costs.newKeys, costs)],
    ['scrape', ({ costs }) => cpu(costs.overHttp, costs)],
    ['with gzip', ({ costs }) => cpu(costs.withGzip, costs)],
    ['with zstd', ({ costs }) => cpu(costs.withZstd, costs)],
    ['wall', ({ costs }) => times(medianWallMs(costs.overHttp), costs)],
    ['first scrape', ({ costs }) => cpu(costs.firstOverHttp, costs)],
  ];
  return measurementTable('CPU of a scrape, times the batch read in C', columns, measurements);
}

export function memoryTable(measurements: readonly Measurement[]): Table {
  const columns: [heading: string, text: (measurement: Measurement) => string][] = [
    ['page', ({ pageBytes }) => kilobytes(pageBytes.identity)],
    ['gzip', ({ pageBytes }) => kilobytes(pageBytes.gzip)],
    ['zstd', ({ pageBytes }) => kilobytes(pageBytes.zstd)],
    ['idle RSS', ({ rssBytes }) => megabytes(rssBytes.idle)],
    ['RSS', ({ rssBytes }) => megabytes(rssBytes.plain)],
    ['compressing', ({ rssBytes }) => megabytes(rssBytes.compressed)],
    ['keys gone', ({ rssBytes }) => megabytes(rssBytes.emptied)],
    ['per value', ({ rssBytes, values }) => perValue(rssBytes.plain - rssBytes.idle, values)],
    ['heap per scrape', ({ allocatedBytes }) => kilobytes(allocatedBytes)],
    ['longest pause', ({ pauseMs }) => milliseconds(pauseMs.steady)],
    ['of new keys', ({ pauseMs }) => milliseconds(pauseMs.ofNewKeys)],
  ];
  return measurementTable('Memory, pages and pauses', columns, measurements);
}

export function startTable({ nodeMs, loadMs, firstScrapeMs }: StartCost): Table {
  const ours = firstScrapeMs - nodeMs - loadMs;
  return {
    title: 'Start to first scrape of a small config',
    keys: 1,
    columns: ['share', 'wall', "times Node.js' own start"],
    rows: (
      [
        ['Node.js that does nothing', nodeMs],
        ['open, load and attach', loadMs],
        ['the rest, which is ours', ours],
        ['process start to first scrape', firstScrapeMs],
      ] as const
    ).map(([share, ms]) => [share, milliseconds(ms), `${(ms / nodeMs).toFixed(2)}x`]),
  };
}

export function cgroupsTable(cost: CgroupsCost): Table {
  const { cgroups, findMs, openMs, memoryBytes, learnMs } = cost;
  return {
    title: 'Names of cgroups',
    keys: 1,
    columns: ['cgroups', 'find', 'start', 'times find', 'memory', 'per cgroup', 'to learn a new one'],
    rows: [
      [
        `${Math.round(cgroups / 1000)}k`,
        milliseconds(findMs),
        milliseconds(openMs),
        `${(openMs / findMs).toFixed(2)}x`,
        megabytes(memoryBytes),
        `${Math.round(memoryBytes / cgroups)} B`,
        milliseconds(learnMs),
      ],
    ],
  };
}

export function probeTable(costs: readonly ProbeCost[]): Table {
  return {
    title: 'Cost of a probe, per call of getpid()',
    keys: 2,
    columns: ['kernel', 'probe', 'bare', ...bodies],
    rows: costs.map(({ where, probe, bareNs, attachedNs }) => [
      where,
      probe,
      `${bareNs.toFixed(0)} ns`,
      ...bodies.map((body) => added(attachedNs[body], bareNs)),
    ]),
  };
}

export function streamTable(costs: readonly StreamCost[]): Table {
  return {
    title: 'Records of a ring buffer',
    keys: 2,
    columns: ['consumer', 'a second', 'CPU per record', 'lost', 'memory'],
    rows: costs.map(({ consumer, perSecond, lost, usPerRecord, rssBytes }) => [
      consumer,
      size(perSecond),
      `${usPerRecord.toFixed(2)} µs`,
      String(lost),
      rssBytes === undefined ? '' : `${(rssBytes / 1e6).toFixed(0)} MB`,
    ]),
  };
}

function measurementTable(
  title: string,
  columns: readonly (readonly [heading: string, text: (measurement: Measurement) => string])[],
  measurements: readonly Measurement[],
): Table {
  return {
    title,
    keys: 2,
    columns: ['workload', 'values', ...columns.map(([heading]) => heading)],
    rows: measurements.map((measurement) => [
      measurement.workload,
      size(measurement.values),
      ...columns.map(([, text]) => text(measurement)),
    ]),
  };
}

function cpu(costs: Costs, all: Measurement['costs']): string {
  return costs.length === 0 ? none : times(medianCpuMs(costs), all);
}

function times(ms: number, { readInC }: Measurement['costs']): string {
  const ratio = ms / medianCpuMs(readInC);
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)}x`;
}

function added(ns: number, bareNs: number): string {
  if (Number.isNaN(ns)) return none;
  return `+${(ns - bareNs).toFixed(0)} ns +${((ns / bareNs - 1) * 100).toFixed(0)}%`;
}

function perValue(bytes: number, values: number): string {
  return values < fewestForMemory ? none : `${Math.round(bytes / values)} B`;
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
}

function kilobytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function size(values: number): string {
  if (values % 1e6 === 0) return `${values / 1e6}M`;
  return values % 1e3 === 0 ? `${values / 1e3}k` : String(values);
}
