import { type Costs, median, medianCpuMs } from './cost.ts';
import type { Measurement } from './measure.ts';

/** Rows of the table, in its order: each cost as a multiple of the batch read of the same column. */
const costRows: readonly (readonly [label: string, cost: keyof Measurement['costs']])[] = [
  ['batch read (floor)', 'batchRead'],
  ['batch read in C', 'readInC'],
  ['batch read in C, as text', 'textInC'],
  ['one key at a time', 'keyByKey'],
  ['first scrape, in process', 'firstInProcess'],
  ['scrape, in process', 'steadyInProcess'],
  ['first scrape, HTTP', 'firstOverHttp'],
  ['scrape, HTTP', 'steadyOverHttp'],
  ['scrape, HTTP, wall', 'steadyOverHttp'],
];

/** One table: a column for each workload and size. */
export function report(measurements: readonly Measurement[]): string {
  const rows = [
    [
      'CPU, times the batch read',
      ...measurements.map(({ workload, entries }) => `${workload} ${size(entries)}`),
    ],
    ...costRows.map(([label, name]) => [
      label,
      ...measurements.map(({ costs }) => relative(costs[name], costs.batchRead, label.endsWith('wall'))),
    ]),
    ['page', ...measurements.map(({ pageBytes }) => `${(pageBytes / 1e6).toFixed(2)} MB`)],
    ['RSS per entry', ...measurements.map(({ rssBytes, entries }) => `${Math.round(rssBytes / entries)} B`)],
    [
      'allocated per entry',
      ...measurements.map(({ allocatedBytes, entries }) => `${(allocatedBytes / entries).toFixed(1)} B`),
    ],
    ['longest pause', ...measurements.map(({ pauseMs }) => `${pauseMs.toFixed(1)} ms`)],
  ];
  return table(rows);
}

function relative(costs: Costs, floor: Costs, wall: boolean): string {
  if (costs.length === 0) return '-';
  const ms = wall ? median(costs.map(({ wallMs }) => wallMs)) : medianCpuMs(costs);
  return `${(ms / medianCpuMs(floor)).toFixed(2)}x ${ms.toFixed(ms < 100 ? 1 : 0).padStart(6)} ms`;
}

function size(entries: number): string {
  if (entries % 1e6 === 0) return `${entries / 1e6}M`;
  return entries % 1e3 === 0 ? `${entries / 1e3}k` : String(entries);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('   '),
    )
    .map((line) => `${line}\n`)
    .join('');
}
