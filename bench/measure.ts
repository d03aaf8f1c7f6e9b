import { type Cost, type Costs, costOf, median } from './cost.ts';
import { type Encoding, ExporterProcess } from './exporter-process.ts';
import { FloorProcess } from './floor-process.ts';
import { heldMap } from './held-map.ts';
import { InProcess } from './in-process.ts';
import type { Workload } from './workload.ts';
import type { Fixture, Workspace } from './workspace.ts';

/** What was measured of one workload at one size. */
export type Measurement = {
  readonly workload: string;
  /** Values in the map: entries, times the CPUs where each CPU's value is a series of its own. */
  readonly values: number;
  readonly costs: { readonly [name in CostName]: Costs };
  /** Bytes of a page as it is sent. */
  readonly pageBytes: { readonly [encoding in Encoding]: number };
  /** Resident memory of the exporter's process. */
  readonly rssBytes: {
    /** Scraped as often, with nothing in the map. */
    readonly idle: number;
    /** After scrapes without compression. */
    readonly plain: number;
    /** After scrapes with gzip and zstd. */
    readonly compressed: number;
    /** After the map was emptied and its keys forgotten. */
    readonly emptied: number;
  };
  /** The longest time that a steady scrape, or one of new keys, keeps everything else from running. */
  readonly pauseMs: { readonly steady: number; readonly ofNewKeys: number };
  /** In V8's heap by one steady scrape. */
  readonly allocatedBytes: number;
};

/** `readInC` is the floor; the list of `textInC` is empty where the C program does not know the text. */
type CostName =
  | 'readInC'
  | 'textInC'
  | 'batchRead'
  | 'keyByKey'
  | 'newKeys'
  | 'inProcess'
  | 'firstOverHttp'
  | 'overHttp'
  | 'withGzip'
  | 'withZstd';

export type MeasureOptions = {
  /** Where each exporter process leaves a CPU profile when it ends. */
  readonly profileDir: string | undefined;
};

type Plan = {
  /** Scrapes before those that are measured: V8 compiles what runs often, in threads whose time counts. */
  readonly warmUps: number;
  /** How often a fresh exporter is started for its first scrape. */
  readonly starts: number;
  readonly rounds: number;
  /** Rounds of what takes much longer than a scrape. */
  readonly slowRounds: number;
};

/** Measures one workload at one size. Things that are compared take turns, so that they share the machine's moods. */
export async function measure(
  workspace: Workspace,
  workload: Workload,
  values: number,
  options: MeasureOptions,
): Promise<Measurement> {
  const fixture = workspace.fixture(workload, Math.ceil(values / workload.valuesPerEntry));
  const plan = {
    warmUps: clamp(2e6 / values, 5, 30),
    starts: values > 1e5 ? 1 : 3,
    rounds: clamp(1e6 / values, 3, 25),
    slowRounds: clamp(3e5 / values, 1, 10),
  };
  const inProcess = await measureInProcess(workspace, fixture, plan);
  const overHttp = await measureOverHttp(workspace, fixture, plan, options);
  const idle = await idleRss(workspace, workload, plan);
  return {
    workload: workload.name,
    values,
    costs: {
      ...inProcess.costs,
      ...overHttp.costs,
      readInC: [...inProcess.costs.readInC, ...overHttp.costs.readInC],
    },
    pageBytes: overHttp.pageBytes,
    rssBytes: { idle, ...overHttp.rssBytes },
    pauseMs: inProcess.pauseMs,
    allocatedBytes: inProcess.allocatedBytes,
  };
}

async function measureInProcess(workspace: Workspace, fixture: Fixture, plan: Plan) {
  const newKeys: Cost[] = [];
  for (let start = 1; ; start++) {
    const exporter = await InProcess.start(fixture);
    const floor = new FloorProcess(workspace.floor, exporter.mapId, fixture);
    try {
      await floor.run('fill');
      newKeys.push(await costOf(() => exporter.scrape()));
      if (start < plan.starts) continue;
      await warmUp(floor, () => exporter.scrape(), plan);
      const { costs, pauseMs: steady, allocatedBytes } = await takeTurns(exporter, floor, fixture, plan);
      await forgetKeys(floor, exporter, () => exporter.scrape());
      await floor.run('fill');
      const { pauseMs: ofNewKeys } = await exporter.strain();
      return { costs: { ...costs, newKeys }, pauseMs: { steady, ofNewKeys }, allocatedBytes };
    } finally {
      await floor.close();
      exporter.close();
    }
  }
}

async function warmUp(floor: FloorProcess, scrape: () => Promise<unknown>, { warmUps }: Plan): Promise<void> {
  for (let times = 0; times < warmUps; times++) {
    await floor.run('fill');
    await scrape();
  }
}

/** Empties the map and scrapes until the exporter has forgotten what was in it. */
async function forgetKeys(
  floor: FloorProcess,
  exporter: { passMinute(): void },
  scrape: () => Promise<unknown>,
): Promise<void> {
  await floor.run('empty');
  for (let times = 0; times < 8; times++) {
    exporter.passMinute();
    await scrape();
  }
}

async function takeTurns(exporter: InProcess, floor: FloorProcess, { workload }: Fixture, plan: Plan) {
  const costs = {
    readInC: [] as Cost[],
    textInC: [] as Cost[],
    batchRead: [] as Cost[],
    keyByKey: [] as Cost[],
    inProcess: [] as Cost[],
  };
  const strains: { pauseMs: number; allocatedBytes: number }[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    await floor.run('fill');
    costs.batchRead.push(await costOf(() => exporter.readBatches()));
    costs.readInC.push(await floor.run('read'));
    costs.inProcess.push(await costOf(() => exporter.scrape()));
    if (workload.textInC) costs.textInC.push(await floor.run('text'));
    if (round < plan.slowRounds) costs.keyByKey.push(await costOf(() => exporter.readKeyByKey()));
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
  fixture: Fixture,
  plan: Plan,
  { profileDir }: MeasureOptions,
) {
  const nodeFlags = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const costs = {
    readInC: [] as Cost[],
    firstOverHttp: [] as Cost[],
    overHttp: [] as Cost[],
    withGzip: [] as Cost[],
    withZstd: [] as Cost[],
  };
  const pageBytes = { identity: 0, gzip: 0, zstd: 0 };
  for (let start = 1; ; start++) {
    const exporter = await ExporterProcess.start(fixture.configDir, fixture.workload.name, nodeFlags);
    const { id } = heldMap(exporter.pid, fixture.workload.keySize);
    const floor = new FloorProcess(workspace.floor, id, fixture);
    const scrape = async (encoding: Encoding, into: Cost[]): Promise<void> => {
      const { cost, bodyBytes } = await exporter.scrape(encoding);
      pageBytes[encoding] = bodyBytes;
      into.push(cost);
    };
    try {
      await floor.run('fill');
      await scrape('identity', costs.firstOverHttp);
      if (start < plan.starts) continue;
      await warmUp(floor, () => exporter.scrape('identity'), plan);
      for (let round = 0; round < plan.rounds; round++) {
        await floor.run('fill');
        costs.readInC.push(await floor.run('read'));
        await scrape('identity', costs.overHttp);
      }
      const plain = exporter.rssBytes;
      for (let round = 0; round < Math.max(3, plan.slowRounds); round++) {
        await floor.run('fill');
        await scrape('gzip', costs.withGzip);
        await scrape('zstd', costs.withZstd);
      }
      const compressed = exporter.rssBytes;
      await forgetKeys(floor, exporter, () => exporter.scrape('identity'));
      return { costs, pageBytes, rssBytes: { plain, compressed, emptied: exporter.rssBytes } };
    } finally {
      await floor.close();
      await exporter.close();
    }
  }
}

/** Of an exporter that was scraped as often and whose map is empty. */
async function idleRss(workspace: Workspace, workload: Workload, { warmUps, rounds }: Plan): Promise<number> {
  const { configDir } = workspace.fixture(workload, 1, 0);
  const exporter = await ExporterProcess.start(configDir, workload.name, []);
  try {
    for (let round = 0; round <= warmUps + rounds; round++) await exporter.scrape('identity');
    return exporter.rssBytes;
  } finally {
    await exporter.close();
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, Math.round(value)));
}
