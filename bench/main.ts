import { cpus, release } from 'node:os';
import { messageOf } from '../src/errors.ts';
import { type Arguments, parseArguments, usage } from './arguments.ts';
import { type Measurement, measure } from './measure.ts';
import { report } from './report.ts';
import { workloads } from './workload.ts';
import { Workspace } from './workspace.ts';

process.exitCode = await main(process.argv.slice(2));

/** What a scrape costs, as multiples of what the kernel takes to hand over the map. Needs root and clang. */
async function main(args: readonly string[]): Promise<number> {
  let chosen: Arguments;
  try {
    chosen = parseArguments(
      args,
      workloads.map(({ name }) => name),
    );
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

  console.log(
    `${cpus().length} x ${cpus()[0]?.model.trim()}, Linux ${release()}, Node.js ${process.version}`,
  );
  const workspace = new Workspace();
  const measurements: Measurement[] = [];
  for (const workload of workloads.filter(({ name }) => chosen.workloads.includes(name))) {
    for (const entries of chosen.sizes) {
      const start = performance.now();
      measurements.push(await measure(workspace, workload, entries, chosen));
      const seconds = (performance.now() - start) / 1000;
      console.log(`${workload.name} of ${entries} entries measured in ${seconds.toFixed(1)} s`);
    }
  }
  console.log(`\n${report(measurements)}`);
  return 0;
}
