import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { median } from './cost.ts';
import { ExporterProcess } from './exporter-process.ts';
import type { Workload } from './workload.ts';
import type { Workspace } from './workspace.ts';

/** Wall times of a start, medians in milliseconds. */
export type StartCost = {
  /** Node.js that does nothing, from its start to its end. */
  readonly nodeMs: number;
  /** Opening, loading and attaching the object, as the exporter's log says. */
  readonly loadMs: number;
  /** From the start of the exporter's process to the end of its first scrape. */
  readonly firstScrapeMs: number;
};

const rounds = 25;

/** One small config, started as users start it. */
export async function measureStart(workspace: Workspace, workload: Workload): Promise<StartCost> {
  const { configDir } = workspace.fixture(workload, 1000, 0);
  const costs = { node: [] as number[], load: [] as number[], firstScrape: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const nodeStartedAt = performance.now();
    await once(spawn(process.execPath, ['-e', '0']), 'exit');
    costs.node.push(performance.now() - nodeStartedAt);
    const exporter = await ExporterProcess.start(configDir, workload.name, []);
    await exporter.scrape('identity');
    costs.firstScrape.push(performance.now() - exporter.startedAt);
    costs.load.push(exporter.loadMs);
    await exporter.close();
  }
  return {
    nodeMs: median(costs.node),
    loadMs: median(costs.load),
    firstScrapeMs: median(costs.firstScrape),
  };
}
