import { setImmediate } from 'node:timers/promises';
import type { Attached, AttachedConfig } from '../attached.ts';
import { RecordPump } from '../bpf/record-pump.ts';
import { SystemCgroups } from '../cgroups/cgroups.ts';
import { NodeContainers } from '../containers/containers.ts';
import { messageOf } from '../errors.ts';
import { createEncoders } from '../exposition/encoders.ts';
import type { Page, PagePart } from '../exposition/page.ts';
import type { Family } from '../metrics/family.ts';
import type { Native } from '../native/library.ts';
import { rateLimited, type Write } from '../process/log.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { cgroupFamilies } from './cgroup-families.ts';
import { keepCgroupIdMap } from './cgroup-id-map.ts';
import { type ConfigMetrics, createConfigMetrics } from './config-metrics.ts';
import type { ExporterOptions, PageRequest } from './exporter-options.ts';
import { inSlices } from './in-slices.ts';
import { ownFamilies } from './own-families.ts';
import { ProcessFamilies } from './process-families.ts';
import { RawMaps } from './raw-maps.ts';
import type { ReadingObserver, SeenReading } from './reading-observer.ts';
import type { BoundReading } from './readings.ts';
import { runIterators } from './run-iterators.ts';
import { asksForContainers, closeServed, type Served } from './served.ts';
import { type LastReading, serviceFamilies } from './service-families.ts';
import { SharedPage } from './shared-page.ts';
import { SharedReadings } from './shared-readings.ts';
import { Spares } from './spares.ts';
import { streamFamilies } from './stream-families.ts';

/** What a reading found. */
type Found = SeenReading & {
  /** What a scrape of it raises: done with, and emptied, by the first. */
  readonly counts: (() => void)[];
  /** The exporter's own metrics, since the first scrape of it. */
  own: Promise<readonly Family[]> | undefined;
  /** Settled when observers have seen it. */
  observed: Promise<void> | undefined;
  /** Those that are made of it, by format and configs. */
  readonly pages: Map<string, SharedPage>;
};

/** What is in the kernel as metrics, and the pages made of it. Needs nothing of what loaded it but `Attached`. */
export class Exporter {
  readonly #native: Native;
  readonly #options: ExporterOptions;
  readonly #logReadError: Write;
  readonly #cgroups: SystemCgroups;
  readonly #containers: NodeContainers;
  readonly #pump: RecordPump;
  readonly #encoders = createEncoders();
  readonly #process = new ProcessFamilies();
  readonly #readings = new SharedReadings((configs) => this.#collect(configs));
  readonly #lastReadings = new Map<string, LastReading>();
  readonly #rawMaps: RawMaps;
  readonly #spares = new Spares();
  #attached: Attached;
  #tracing: Tracing | undefined;
  #served: readonly Served[];
  #closed = false;

  private constructor(attached: Attached, options: ExporterOptions) {
    const { native, log } = options;
    this.#native = native;
    this.#options = options;
    this.#logReadError = rateLimited(log.error, { burst: 10, intervalMs: 60_000 });
    this.#cgroups = new SystemCgroups({ native, log, notifications: attached.cgroupNotifications });
    this.#containers = new NodeContainers({ root: options.rootfs, warn: log.warn });
    this.#pump = new RecordPump(native);
    this.#tracing = options.tracing;
    this.#attached = attached;
    this.#served = attached.configs.map((config) => this.#serve(config));
    this.#rawMaps = new RawMaps(
      () => this.#configs,
      () => this.#readings.underWay,
    );
  }

  /** Binds every metric to its map. Whoever holds the descriptors of `attached` keeps them open until `close`. */
  static open(attached: Attached, options: ExporterOptions): Exporter {
    const exporter = new Exporter(attached, options);
    exporter.#follow();
    return exporter;
  }

  /** What is served. */
  get attached(): Attached {
    return this.#attached;
  }

  /** The names of cgroups, for those that are loaded later. */
  get cgroups(): SystemCgroups {
    return this.#cgroups;
  }

  /**
   * Serves this from the next reading on. A config that is the very same goes on as it is, one with the same `maps` keeps
   * what was counted. When it resolves nobody reads what it had before and `next` has not.
   */
  adopt(next: Attached, tracing: Tracing | undefined = this.#tracing): Promise<void> {
    return this.#readings.between(async () => {
      const before = new Map(this.#served.map((one) => [one.metrics.loaded.config.name, one]));
      for (const { metrics } of this.#served) {
        if (!next.configs.includes(metrics.loaded)) await this.#takeIn(metrics);
      }
      if (this.#closed) return;
      this.#tracing = tracing;
      this.#served = next.configs.map((loaded) => {
        const previous = before.get(loaded.config.name);
        if (previous?.metrics.loaded === loaded) return previous;
        return this.#serve(loaded, previous?.metrics.loaded.maps === loaded.maps ? previous : undefined);
      });
      for (const one of before.values()) if (!this.#served.includes(one)) closeServed(one);
      this.#attached = next;
      this.#follow();
    });
  }

  /** The metrics of each config that is served, and what went wrong with them. */
  get configs(): readonly ConfigMetrics[] {
    return this.#configs;
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
  async *page({ format, configs = this.#names(), signal, hold }: PageRequest): AsyncGenerator<PagePart> {
    const { found, wanted, release } = await this.#readings.lease(configs);
    for (const count of found.counts.splice(0)) count();
    found.own ??= this.#ownFamilies();
    const own = await found.own.catch((thrown: unknown) => {
      release();
      throw thrown;
    });
    const name = [format, ...[...configs].sort()].join('\0');
    let page = found.pages.get(name);
    if (page?.joinable) release();
    else {
      const families = [...[...configs].flatMap((config) => found.byConfig.get(config) ?? []), ...own];
      const lines = (page: Page): Iterable<void> => this.#encoders[format].write(page, families);
      const onWritten = (): void => void this.#observe(found).then(release);
      page = new SharedPage({ lines, hurry: wanted, spares: this.#spares, hold, onWritten });
      found.pages.set(name, page);
    }
    yield* page.read(signal);
  }

  /**
   * A reading of everything for observers alone, shared with those who scrape meanwhile. It raises no counter: how often
   * somebody looks is not to be seen in what the exporter says of itself.
   */
  async read(): Promise<void> {
    const { found, release } = await this.#readings.lease(this.#names());
    await this.#observe(found);
    release();
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
    for (const one of this.#served) closeServed(one);
    this.#cgroups.close();
    this.#containers.close();
  }

  get #configs(): readonly ConfigMetrics[] {
    return this.#served.map(({ metrics }) => metrics);
  }

  #names(): ReadonlySet<string> {
    const { configs, failed } = this.#attached; // one that failed may be there when the reading begins
    return new Set([...configs.map(({ config: { name } }) => name), ...failed.map(({ name }) => name)]);
  }

  /** `before`, of the same maps, ends. */
  #serve(loaded: AttachedConfig, before?: Served): Served {
    const cgroups = this.#cgroups;
    const metrics = createConfigMetrics(loaded, {
      ...this.#options,
      system: { ...this.#options.system, cgroups, containers: this.#containers },
      possibleCpus: this.#attached.possibleCpus,
      pump: this.#pump,
      tracing: this.#tracing,
      lasting: before?.metrics.handOn(),
    });
    return { metrics, idMap: keepCgroupIdMap(loaded, cgroups, this.#options, before?.idMap) };
  }

  /** Begins to follow what comes and goes on this node, as far as it is asked for. */
  #follow(): void {
    this.#cgroups.open();
    if (asksForContainers(this.#attached)) this.#containers.refresh();
  }

  /** Every record that waits. */
  async #takeIn({ events }: ConfigMetrics): Promise<void> {
    for (const stream of events) await inSlices(stream.flush(), () => this.#closed);
  }

  async #collect(configs: ReadonlySet<string>): Promise<Found> {
    this.#cgroups.refresh(); // spans and maps of ids have nobody else who looks for other mounts
    const byConfig = new Map<string, readonly Family[]>();
    const counts: (() => void)[] = [];
    for (const config of this.#configs) {
      const { name } = config.loaded.config;
      if (!configs.has(name)) continue;
      const start = performance.now();
      await this.#takeIn(config);
      const families: Family[] = [];
      let success = await runIterators(this.#native, config.loaded, this.#logReadError, () => this.#closed);
      for (const bound of config.readings) {
        if (await this.#read(config, bound, counts))
          families.push(...bound.metrics.map(({ metric }) => metric));
        else success = false;
      }
      byConfig.set(name, families);
      const reading = { seconds: (performance.now() - start) / 1000, success };
      counts.push(() => this.#lastReadings.set(name, reading));
    }
    const time = Date.now() / 1000;
    return { time, byConfig, counts, own: undefined, observed: undefined, pages: new Map() };
  }

  async #ownFamilies(): Promise<readonly Family[]> {
    return [
      ...ownFamilies(this.#native, this.#attached, this.#configs, this.#options.version),
      ...streamFamilies(this.#configs, this.#tracing),
      ...cgroupFamilies(this.#cgroups.states()),
      ...serviceFamilies({ ...this.#options, lastReadings: this.#lastReadings }),
      ...(await this.#process.collect()),
    ];
  }

  /** Shows a reading to all observers, once. Does not reject. */
  #observe(found: Found): Promise<void> {
    found.observed ??= this.#showTo([...(this.#options.observers ?? [])], found);
    return found.observed;
  }

  async #showTo(observers: readonly ReadingObserver[], found: Found): Promise<void> {
    if (observers.length === 0) return;
    await setImmediate(); // the end of a page goes out first
    for (const observe of observers) {
      try {
        await inSlices(observe(found), () => this.#closed);
      } catch (thrown) {
        this.#logReadError(`Cannot keep what a reading found: ${messageOf(thrown)}`);
      }
    }
  }

  /** False when the map could not be read, or not to its end: its metrics are left out of this page. */
  async #read(
    { loaded, errors }: ConfigMetrics,
    { reading, map }: BoundReading,
    counts: (() => void)[],
  ): Promise<boolean> {
    if (this.#closed) return false;
    try {
      await inSlices(reading.collect(), () => this.#closed);
      if (this.#closed) return false;
    } catch (thrown) {
      counts.push(() => errors.countFailedRead(map));
      this.#logReadError(`Config "${loaded.config.name}": ${messageOf(thrown)}`, { code: 'map_read' });
      return false;
    }
    const undecoded = reading.errors;
    if (undecoded > 0) counts.push(() => errors.countUndecoded(undecoded));
    return true;
  }
}
