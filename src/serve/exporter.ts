import type { Attached } from '../attached.ts';
import { runIterator } from '../bpf/iterator.ts';
import { RecordPump } from '../bpf/record-pump.ts';
import { SystemCgroups } from '../cgroups/cgroups.ts';
import { runtimeFields } from '../config/spec.ts';
import { NodeContainers } from '../containers/containers.ts';
import { messageOf } from '../errors.ts';
import { createEncoders } from '../exposition/encoders.ts';
import type { Format } from '../exposition/format.ts';
import type { Page, PagePart } from '../exposition/page.ts';
import type { System } from '../kernel/system.ts';
import type { Family } from '../metrics/family.ts';
import type { Native } from '../native/library.ts';
import { type Log, rateLimited, type Write } from '../process/log.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { cgroupFamilies } from './cgroup-families.ts';
import { type CgroupIdMap, keepCgroupIdMaps } from './cgroup-id-map.ts';
import { type ConfigMetrics, createConfigMetrics } from './config-metrics.ts';
import { inSlices } from './in-slices.ts';
import { ownFamilies } from './own-families.ts';
import { ProcessFamilies } from './process-families.ts';
import { RawMaps } from './raw-maps.ts';
import type { BoundReading } from './readings.ts';
import { type LastReading, serviceFamilies } from './service-families.ts';
import { SharedPage } from './shared-page.ts';
import { SharedReadings } from './shared-readings.ts';
import { Spares } from './spares.ts';
import { streamFamilies } from './stream-families.ts';

export type ExporterOptions = {
  readonly native: Native;
  readonly log: Log;
  /** Cgroups and containers are followed by the exporter itself. */
  readonly system: Omit<System, 'cgroups' | 'containers'>;
  readonly version: string;
  /** See `SeriesTableOptions`. */
  readonly skipCacheSize: number;
  /** HTTP clients that were turned away or cut off, by reason. */
  readonly rejected: ReadonlyMap<string, number>;
  /** Where spans go to; undefined where nothing is traced. */
  readonly tracing?: Tracing | undefined;
};

export type PageRequest = {
  readonly format: Format;
  /** Names of configs; all unless given. The exporter's own metrics are on every page. */
  readonly configs?: ReadonlySet<string>;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** Counts bytes that wait for clients; before it returns, the signals of the slowest may be aborted. */
  hold(bytes: number): void;
};

/** What a reading found. */
type Found = {
  readonly byConfig: ReadonlyMap<string, readonly Family[]>;
  readonly own: readonly Family[];
  /** Those that are made of it, by format and configs. */
  readonly pages: Map<string, SharedPage>;
};

/** What comes and goes on this node while metrics are served. */
type Followed = {
  readonly cgroups: SystemCgroups;
  readonly containers: NodeContainers;
  readonly idMaps: readonly CgroupIdMap[];
};

/** What is in the kernel as metrics, and the pages made of it. Needs nothing of what loaded it but `Attached`. */
export class Exporter {
  readonly #native: Native;
  readonly #logReadError: Write;
  readonly #attached: Attached;
  readonly #version: string;
  readonly #rejected: ReadonlyMap<string, number>;
  readonly #tracing: Tracing | undefined;
  readonly #configs: readonly ConfigMetrics[];
  readonly #cgroups: SystemCgroups;
  readonly #containers: NodeContainers;
  readonly #idMaps: readonly CgroupIdMap[];
  readonly #encoders = createEncoders();
  readonly #process = new ProcessFamilies();
  readonly #readings = new SharedReadings((configs) => this.#collect(configs));
  readonly #lastReadings = new Map<string, LastReading>();
  readonly #rawMaps: RawMaps;
  readonly #names: ReadonlySet<string>;
  readonly #spares = new Spares();
  #closed = false;

  private constructor(
    attached: Attached,
    { native, log, version, rejected, tracing }: ExporterOptions,
    configs: readonly ConfigMetrics[],
    { cgroups, containers, idMaps }: Followed,
  ) {
    this.#native = native;
    this.#logReadError = rateLimited(log.error, { burst: 10, intervalMs: 60_000 });
    this.#attached = attached;
    this.#version = version;
    this.#rejected = rejected;
    this.#tracing = tracing;
    this.#configs = configs;
    this.#cgroups = cgroups;
    this.#containers = containers;
    this.#idMaps = idMaps;
    this.#names = new Set(configs.map(({ loaded }) => loaded.config.name));
    this.#rawMaps = new RawMaps(configs, () => this.#readings.underWay);
  }

  /** Binds every metric to its map. Whoever holds the descriptors of `attached` keeps them open until `close`. */
  static open(attached: Attached, options: ExporterOptions): Exporter {
    const { possibleCpus } = attached;
    const pump = new RecordPump(options.native);
    const { native, log } = options;
    const cgroups = new SystemCgroups({ native, log, notifications: attached.cgroupNotifications });
    const containers = new NodeContainers({ warn: log.warn });
    const system = { ...options.system, cgroups, containers };
    const configs = attached.configs.map((config) =>
      createConfigMetrics(config, { ...options, system, possibleCpus, pump }),
    );
    const idMaps = keepCgroupIdMaps(attached, cgroups, options);
    cgroups.open();
    if (asksForContainers(attached)) containers.refresh();
    return new Exporter(attached, options, configs, { cgroups, containers, idMaps });
  }

  /** Metrics that are disabled because their maps are not what their configs say. */
  get disabledMetrics(): readonly { config: string; name: string; reason: string }[] {
    return this.#configs.flatMap(({ loaded, disabled }) =>
      disabled.map(({ name, error }) => ({ config: loaded.config.name, name, reason: error.message })),
    );
  }

  /**
   * The metrics page of a reading that begins when the first part is asked for. Both are shared with others who ask for
   * them meanwhile.
   */
  async *page({ format, configs = this.#names, signal, hold }: PageRequest): AsyncGenerator<PagePart> {
    const { found, wanted, release } = await this.#readings.lease(configs);
    const name = [format, ...[...configs].sort()].join('\0');
    let page = found.pages.get(name);
    if (page?.joinable) release();
    else {
      const families = [...[...configs].flatMap((config) => found.byConfig.get(config) ?? []), ...found.own];
      const lines = (page: Page): Iterable<void> => this.#encoders[format].write(page, families);
      page = new SharedPage({ lines, hurry: wanted, spares: this.#spares, hold, onWritten: release });
      found.pages.set(name, page);
    }
    yield* page.read(signal);
  }

  /** The raw contents of every map that a metric reads, as text. */
  rawMaps({ signal, hold }: Pick<PageRequest, 'signal' | 'hold'>): AsyncGenerator<PagePart> {
    return this.#rawMaps.parts(signal, hold);
  }

  /** Takes in every record that is waiting, since none comes any more. */
  drain(): void {
    this.#tracing?.finish();
    for (const { events } of this.#configs) for (const stream of events) for (const _ of stream.flush());
  }

  /** A scrape that is under way stops reading. Can be called twice. */
  close(): void {
    this.#closed = true;
    for (const config of this.#configs) config.close();
    for (const idMap of this.#idMaps) idMap.close();
    this.#cgroups.close();
    this.#containers.close();
  }

  async #collect(configs: ReadonlySet<string>): Promise<Found> {
    this.#cgroups.refresh(); // spans and maps of ids have nobody else who looks for other mounts
    const byConfig = new Map<string, readonly Family[]>();
    for (const config of this.#configs) {
      const { name } = config.loaded.config;
      if (!configs.has(name)) continue;
      const start = performance.now();
      for (const stream of config.events) await inSlices(stream.flush(), () => this.#closed);
      const families: Family[] = [];
      let success = await this.#iterate(config);
      for (const bound of config.readings) {
        if (await this.#read(config, bound)) families.push(...bound.metrics.map(({ metric }) => metric));
        else success = false;
      }
      byConfig.set(name, families);
      this.#lastReadings.set(name, { seconds: (performance.now() - start) / 1000, success });
    }
    const own = [
      ...ownFamilies(this.#native, this.#attached, this.#configs, this.#version),
      ...streamFamilies(this.#configs, this.#tracing),
      ...cgroupFamilies(this.#cgroups.states()),
      ...serviceFamilies({ rejected: this.#rejected, lastReadings: this.#lastReadings }),
      ...(await this.#process.collect()),
    ];
    return { byConfig, own, pages: new Map() };
  }

  /** Runs the iterator programs of a config, which bring its maps up to date. False when one of them failed. */
  async #iterate({ loaded }: ConfigMetrics): Promise<boolean> {
    let success = true;
    for (const { name, iterator: link } of loaded.programs) {
      if (link === undefined || this.#closed) continue;
      try {
        await inSlices(runIterator(this.#native, { name, link }), () => this.#closed);
      } catch (thrown) {
        this.#logReadError(`Config "${loaded.config.name}": ${messageOf(thrown)}`, { code: 'map_read' });
        success = false;
      }
    }
    return success;
  }

  /** False when the map could not be read, or not to its end: its metrics are left out of this page. */
  async #read({ loaded, errors }: ConfigMetrics, { reading, map }: BoundReading): Promise<boolean> {
    if (this.#closed) return false;
    try {
      await inSlices(reading.collect(), () => this.#closed);
      if (this.#closed) return false;
    } catch (thrown) {
      errors.countFailedRead(map);
      this.#logReadError(`Config "${loaded.config.name}": ${messageOf(thrown)}`, { code: 'map_read' });
      return false;
    }
    errors.countUndecoded(reading.errors);
    return true;
  }
}

/** Whether a label needs what only the container runtime knows. */
function asksForContainers({ configs }: Attached): boolean {
  const fields: readonly unknown[] = runtimeFields;
  return configs
    .flatMap(({ config: { metrics, spans } }) => [...metrics, ...spans])
    .flatMap(({ labels }) => labels)
    .some(({ decoders }) => decoders.some(({ field }) => fields.includes(field)));
}
