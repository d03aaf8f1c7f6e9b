import { type Cost, type Costs, costOf, median } from './cost.ts';
import { ExporterProcess } from './exporter-process.ts';
import { FloorProcess } from './floor-process.ts';
import { heldMap } from './held-map.ts';
import { InProcess } from './in-process.ts';
import type { Workload } from './workload.ts';
import type { Fixture, Workspace } from './workspace.ts';

/** What was measured of one workload at one size. */
export type Measurement = {
  readonly workload: string;
  readonly entries: number;
  readonly costs: {
    readonly batchRead: Costs;
    readonly keyByKey: Costs;
    readonly readInC: Costs;
    /** Empty where the C program does not know the text. */
    readonly textInC: Costs;
    readonly firstInProcess: Costs;
    readonly steadyInProcess: Costs;
    readonly firstOverHttp: Costs;
    readonly steadyOverHttp: Costs;
  };
  readonly pageBytes: number;
  /** Of the exporter's process after the last scrape, without what it holds when its map is empty. */
  readonly rssBytes: number;
  readonly pauseMs: number;
  /** In V8's heap by one steady scrape. */
  readonly allocatedBytes: number;
};

export type MeasureOptions = {
  /** Where each exporter process leaves a CPU profile when it ends. */
  readonly profileDir: string | undefined;
};

/** How often a fresh exporter is started for its first scrape. */
const starts = 3;

/** Measures one workload at one size. Things that are compared take turns, so that they share the machine's moods. */
export async function measure(
  workspace: Workspace,
  workload: Workload,
  entries: number,
  options: MeasureOptions,
): Promise<Measurement> {
  const fixture = workspace.fixture(workload, entries);
  const rounds = Math.max(3, Math.min(25, Math.round(1e6 / entries)));
  const inProcess = await measureInProcess(workspace, workload, fixture, rounds);
  const overHttp = await measureOverHttp(workspace, workload, fixture, rounds, options);
  const idleRssBytes = await idleRss(workspace, workload, rounds);
  return {
    workload: workload.name,
    entries,
    costs: { ...inProcess.costs, ...overHttp.costs },
    pageBytes: overHttp.pageBytes,
    rssBytes: overHttp.rssBytes - idleRssBytes,
    pauseMs: inProcess.pauseMs,
    allocatedBytes: inProcess.allocatedBytes,
  };
}

async function measureInProcess(workspace: Workspace, workload: Workload, fixture: Fixture, rounds: number) {
  const firstInProcess: Cost[] = [];
  for (let start = 1; ; start++) {
    const exporter = await InProcess.start(fixture.configDir, workload.name);
    const floor = new FloorProcess(workspace.floor, exporter.mapId, fixture.keysFile);
    try {
      await floor.run('fill');
      firstInProcess.push(await costOf(() => exporter.scrape()));
      if (start < starts) continue;
      const { costs, ...strain } = await takeTurns(exporter, floor, workload.textInC, rounds);
      return { costs: { ...costs, firstInProcess }, ...strain };
    } finally {
      await floor.close();
      exporter.close();
    }
  }
}

async function takeTurns(exporter: InProcess, floor: FloorProcess, textInC: boolean, rounds: number) {
  const costs = {
    batchRead: [] as Cost[],
    keyByKey: [] as Cost[],
    readInC: [] as Cost[],
    textInC: [] as Cost[],
    steadyInProcess: [] as Cost[],
  };
  const strains: { pauseMs: number; allocatedBytes: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    await floor.run('fill');
    costs.batchRead.push(await costOf(() => exporter.readBatches()));
    costs.readInC.push(await floor.run('read'));
    costs.steadyInProcess.push(await costOf(() => exporter.scrape()));
    if (textInC) costs.textInC.push(await floor.run('text'));
    costs.keyByKey.push(await costOf(() => exporter.readKeyByKey()));
    strains.push(await exporter.strain());
  }
  return {
    costs,
    pauseMs: median(strains.map(({ pauseMs }) => pauseMs)),
    allocatedBytes: median(strains.map(({ allocatedBytes }) => allocatedBytes)),
  };
}

async function measureOverHttp(
  workspace: Workspace,
  workload: Workload,
  fixture: Fixture,
  rounds: number,
  { profileDir }: MeasureOptions,
) {
  const nodeFlags = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const costs = { firstOverHttp: [] as Cost[], steadyOverHttp: [] as Cost[] };
  for (let start = 1; ; start++) {
    const exporter = await ExporterProcess.start(fixture.configDir, workload.name, nodeFlags);
    const floor = new FloorProcess(workspace.floor, heldMap(exporter.pid).id, fixture.keysFile);
    try {
      await floor.run('fill');
      costs.firstOverHttp.push(await exporter.scrape());
      if (start < starts) continue;
      for (let round = 0; round < rounds; round++) {
        await floor.run('fill');
        costs.steadyOverHttp.push(await exporter.scrape());
      }
      return { costs, pageBytes: exporter.pageBytes, rssBytes: exporter.rssBytes };
    } finally {
      await floor.close();
      await exporter.close();
    }
  }
}

/** Resident memory of an exporter that was scraped as often and whose map has next to nothing in it. */
async function idleRss(workspace: Workspace, workload: Workload, rounds: number): Promise<number> {
  const { configDir } = workspace.fixture(workload, 1, 0);
  const exporter = await ExporterProcess.start(configDir, workload.name, []);
  try {
    for (let round = 0; round <= rounds; round++) await exporter.scrape();
    return exporter.rssBytes;
  } finally {
    await exporter.close();
  }
}
