import type { Attached } from '../attached.ts';
import { RecordPump } from '../bpf/record-pump.ts';
import { SystemCgroups } from '../cgroups/cgroups.ts';
import { messageOf } from '../errors.ts';
import { createEncoders } from '../exposition/encoders.ts';
import type { Format } from '../exposition/format.ts';
import { Page, type PagePart } from '../exposition/page.ts';
import type { System } from '../kernel/system.ts';
import type { Family } from '../metrics/family.ts';
import type { Native } from '../native/library.ts';
import { type Log, rateLimited } from '../process/log.ts';
import { cgroupFamilies } from './cgroup-families.ts';
import { type CgroupIdMap, keepCgroupIdMaps } from './cgroup-id-map.ts';
import { type ConfigMetrics, createConfigMetrics } from './config-metrics.ts';
import { inSlices } from './in-slices.ts';
import { ownFamilies } from './own-families.ts';
import { pageParts } from './page-parts.ts';
import { ProcessFamilies } from './process-families.ts';
import { writeRawMaps } from './raw-maps.ts';
import type { BoundReading } from './readings.ts';
import { serviceFamilies } from './service-families.ts';
import { SharedReadings } from './shared-readings.ts';

export type ExporterOptions = {
  readonly native: Native;
  readonly log: Log;
  /** Cgroups are the exporter's own, since their notifications are among what is attached. */
  readonly system: Omit<System, 'cgroups'>;
  readonly version: string;
  /** See `SeriesTableOptions`. */
  readonly skipCacheSize: number;
  /** HTTP clients that were turned away or cut off, by reason. */
  readonly rejected: ReadonlyMap<string, number>;
};

/** One for each client of two that scrape at a time. */
const idlePages = 2;

/** What is in the kernel as metrics, and the pages made of it. Needs nothing of what loaded it but `Attached`. */
export class Exporter {
  readonly #native: Native;
  readonly #logReadError: (message: string) => void;
  readonly #attached: Attached;
  readonly #version: string;
  readonly #rejected: ReadonlyMap<string, number>;
  readonly #configs: readonly ConfigMetrics[];
  readonly #cgroups: SystemCgroups;
  readonly #idMaps: readonly CgroupIdMap[];
  readonly #encoders = createEncoders();
  readonly #process = new ProcessFamilies();
  readonly #readings = new SharedReadings(() => this.#collect());
  /** Used again, so that a scrape allocates none. */
  readonly #idlePages: Page[] = [];
  #closed = false;

  private constructor(
    attached: Attached,
    { native, log, version, rejected }: ExporterOptions,
    configs: readonly ConfigMetrics[],
    { cgroups, idMaps }: { cgroups: SystemCgroups; idMaps: readonly CgroupIdMap[] },
  ) {
    this.#native = native;
    this.#logReadError = rateLimited(log.error, { burst: 10, intervalMs: 60_000 });
    this.#attached = attached;
    this.#version = version;
    this.#rejected = rejected;
    this.#configs = configs;
    this.#cgroups = cgroups;
    this.#idMaps = idMaps;
  }

  /** Binds every metric to its map. Whoever holds the descriptors of `attached` keeps them open until `close`. */
  static open(attached: Attached, options: ExporterOptions): Exporter {
    const { possibleCpus } = attached;
    const pump = new RecordPump(options.native);
    const { native, log } = options;
    const cgroups = new SystemCgroups({ native, log, notifications: attached.cgroupNotifications });
    const system = { ...options.system, cgroups };
    const configs = attached.configs.map((config) =>
      createConfigMetrics(config, { ...options, system, possibleCpus, pump }),
    );
    const idMaps = keepCgroupIdMaps(attached, cgroups, options);
    cgroups.open();
    return new Exporter(attached, options, configs, { cgroups, idMaps });
  }

  /** How many metrics are disabled because their maps are not what their configs say. */
  get disabledMetrics(): number {
    return this.#configs.reduce((sum, { disabled }) => sum + disabled.length, 0);
  }

  /** The metrics page of a reading that begins when the first part is asked for, or is shared with others who ask. */
  async *page(format: Format): AsyncGenerator<PagePart> {
    const { found, wanted, release } = await this.#readings.lease();
    const page = this.#idlePages.pop() ?? new Page();
    try {
      const lines = this.#encoders[format].write(page, found);
      yield* pageParts(page, { lines, hurry: wanted, onWritten: release });
    } finally {
      if (this.#idlePages.length < idlePages) this.#idlePages.push(page);
    }
  }

  /** The raw contents of every map that a metric reads, as text. */
  async rawMaps(): Promise<Buffer> {
    const { release } = await this.#readings.lease(); // no scrape reads them meanwhile
    try {
      const page = new Page();
      await inSlices(writeRawMaps(page, this.#configs), () => this.#closed);
      return page.bytes();
    } finally {
      release();
    }
  }

  /** A scrape that is under way stops reading. Can be called twice. */
  close(): void {
    this.#closed = true;
    for (const config of this.#configs) config.close();
    for (const idMap of this.#idMaps) idMap.close();
    this.#cgroups.close();
  }

  async #collect(): Promise<readonly Family[]> {
    const families: Family[] = [];
    for (const config of this.#configs) {
      for (const stream of config.events) await inSlices(stream.flush(), () => this.#closed);
      for (const bound of config.readings) {
        if (await this.#read(config, bound)) families.push(...bound.metrics.map(({ metric }) => metric));
      }
    }
    families.push(
      ...ownFamilies(this.#native, this.#attached, this.#configs, this.#version),
      ...serviceFamilies({ rejected: this.#rejected }),
      ...cgroupFamilies(this.#cgroups.states()),
      ...(await this.#process.collect()),
    );
    return families;
  }

  /** False when the map could not be read, or not to its end: its metrics are left out of this page. */
  async #read({ loaded, errors }: ConfigMetrics, { reading, map }: BoundReading): Promise<boolean> {
    if (this.#closed) return false;
    try {
      await inSlices(reading.collect(), () => this.#closed);
      if (this.#closed) return false;
    } catch (thrown) {
      errors.countFailedRead(map);
      this.#logReadError(`Config "${loaded.config.name}": ${messageOf(thrown)}`);
      return false;
    }
    errors.countUndecoded(reading.errors);
    return true;
  }
}
