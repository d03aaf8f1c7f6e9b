import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../src/errors.ts';
import { type Arguments, parseArguments, usage } from './arguments.ts';
import { measureCgroups } from './cgroups.ts';
import { ExporterProcess } from './exporter-process.ts';
import { type Measurement, measure } from './measure.ts';
import { measureProbes, measureProbesIn, type ProbeCost } from './probes.ts';
import { cgroupsTable, cpuTable, memoryTable, probeTable, startTable, streamTable } from './report.ts';
import { measureStart } from './start.ts';
import { measureStreams } from './streams.ts';
import { beside, parseTables, renderTable } from './table.ts';
import type { Workload } from './workload.ts';
import { workloads } from './workloads.ts';
import { Workspace } from './workspace.ts';

const probes = 'probes';
const starts = 'start';
const cgroups = 'cgroups';
const streams = 'streams';
const streamRates = [10_000, 100_000, 200_000];
const resultsFile = join(import.meta.dirname, 'RESULTS.md');

process.exitCode = await main(process.argv.slice(2));

/** What a scrape costs, as multiples of what the kernel takes to hand over the map, and what probes cost. */
async function main(args: readonly string[]): Promise<number> {
  let chosen: Arguments;
  try {
    chosen = parseArguments(args, [...workloads.map(({ name }) => name), starts, cgroups, streams, probes]);
  } catch (thrown) {
    console.error(`${messageOf(thrown)}\n${usage}`);
    return 1;
  }
  if (process.getuid?.() !== 0) {
    console.error('The bench makes and fills BPF maps: it needs root');
    return 1;
  }
  // Through `exit`, so that temporary files and the exporter of the moment go too.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

  const workspace = new Workspace();
  const measurements = await measureScrapes(workspace, chosen);
  const start = chosen.workloads.includes(starts) ? await measureStart(workspace, workloads[0]!) : undefined;
  const cgroupsCost = chosen.workloads.includes(cgroups) ? await measureCgroups() : undefined;
  const streamCosts = chosen.workloads.includes(streams)
    ? await measureStreams(workspace.streams(), streamRates)
    : [];
  const probeCosts = chosen.workloads.includes(probes) ? await measureAllProbes(workspace, chosen) : [];
  const tables = [
    ...(measurements.length > 0 ? [cpuTable(measurements), memoryTable(measurements)] : []),
    ...(start === undefined ? [] : [startTable(start)]),
    ...(cgroupsCost === undefined ? [] : [cgroupsTable(cgroupsCost)]),
    ...(streamCosts.length > 0 ? [streamTable(streamCosts)] : []),
    ...(probeCosts.length > 0 ? [probeTable(probeCosts)] : []),
  ];
  const earlier = existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8') : '';
  const figures = parseTables(earlier);
  console.log(`\n${machine()}${earlier === '' ? '' : ' In parentheses: bench/RESULTS.md.'}\n`);
  console.log(tables.map((table) => renderTable(beside(table, figures))).join('\n'));
  if (chosen.save) {
    const head = `# Results\n\n${machine()} Written by \`npm run bench -- --save\`; docs/performance.md says what the figures are.\n`;
    writeFileSync(resultsFile, [head, ...tables.map(renderTable)].join('\n'));
    console.log('Saved to bench/RESULTS.md');
  }
  return 0;
}

async function measureScrapes(workspace: Workspace, chosen: Arguments): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  const asked = workloads.filter(({ name }) => chosen.workloads.includes(name));
  if (asked.length > 0) await startOnce(workspace, asked[0]!);
  for (const workload of asked) {
    for (const values of chosen.sizes) {
      const start = performance.now();
      measurements.push(await measure(workspace, workload, values, chosen));
      report(`${workload.name} of ${values} values`, start);
    }
  }
  return measurements;
}

/** The first start after a change compiles sources, which takes time and memory, and leaves them for all others. */
async function startOnce(workspace: Workspace, workload: Workload): Promise<void> {
  const { configDir } = workspace.fixture(workload, 1);
  const exporter = await ExporterProcess.start(configDir, workload.name, []);
  await exporter.close();
}

async function measureAllProbes(workspace: Workspace, { kernels }: Arguments): Promise<ProbeCost[]> {
  const fixture = workspace.probes();
  const start = performance.now();
  const costs = [...(await measureProbes(fixture))];
  report('probes', start);
  for (const kernel of kernels) {
    const start = performance.now();
    costs.push(...(await measureProbesIn(kernel, fixture)));
    report(`probes in Linux ${kernel}`, start);
  }
  return costs;
}

function report(what: string, start: number): void {
  console.log(`${what} measured in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** In one line: version, day, hardware, kernel. */
function machine(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  const day = new Date().toISOString().slice(0, 10);
  const hardware = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `Version ${version}, ${day}; ${hardware}, Linux ${release().split('-')[0]}, Node.js ${process.versions.node}.`;
}
