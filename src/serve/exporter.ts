import { setImmediate } from 'node:timers/promises';
import { triggerPostAttachMark } from '../bpf/attach.ts';
import { listInterfaces } from '../bpf/interfaces.ts';
import { LibbpfLog } from '../bpf/libbpf-log.ts';
import { type BpfContext, createBpfContext } from '../bpf/object.ts';
import { postAttachMarkSection } from '../bpf/program-kind.ts';
import { RecordPump } from '../bpf/record-pump.ts';
import type { Config } from '../config/spec.ts';
import { messageOf } from '../errors.ts';
import { createEncoders } from '../exposition/encoders.ts';
import type { Format } from '../exposition/format.ts';
import { Page, type PagePart } from '../exposition/page.ts';
import { createSystem } from '../kernel/create-system.ts';
import type { System } from '../kernel/system.ts';
import { loadConfig } from '../load/loaded-config.ts';
import type { Family } from '../metrics/family.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Native } from '../native/library.ts';
import { type Log, rateLimited } from '../process/log.ts';
import { type ConfigMetrics, createConfigMetrics } from './config-metrics.ts';
import { inSlices } from './in-slices.ts';
import { type BuildInfo, ownFamilies } from './own-families.ts';
import { pageParts } from './page-parts.ts';
import { ProcessFamilies } from './process-families.ts';
import { writeRawMaps } from './raw-maps.ts';
import { SharedReadings } from './shared-readings.ts';

export type ExporterOptions = {
  readonly native: Native;
  readonly log: Log;
  readonly directory: string;
  readonly btfPath: string | undefined;
  readonly version: string;
  /** See `SeriesTableOptions`. */
  readonly skipCacheSize: number;
};

/** One for each client of two that scrape at a time. */
const idlePages = 2;

/** Everything that is loaded, and the pages made of it. `close` takes all of it out of the kernel. */
export class Exporter {
  readonly #native: Native;
  readonly #logReadError: (message: string) => void;
  readonly #libbpfLog: LibbpfLog;
  readonly #context: BpfContext;
  readonly #options: ExporterOptions;
  readonly #system: System;
  readonly #pump: RecordPump;
  readonly #build: BuildInfo;
  readonly #configs: ConfigMetrics[] = [];
  readonly #encoders = createEncoders();
  readonly #process = new ProcessFamilies();
  readonly #readings = new SharedReadings(() => this.#collect());
  /** Used again, so that a scrape allocates none. */
  readonly #idlePages: Page[] = [];
  #closed = false;

  constructor(options: ExporterOptions) {
    const { native, log } = options;
    this.#options = options;
    this.#native = native;
    this.#logReadError = rateLimited(log.error, { burst: 10, intervalMs: 60_000 });
    this.#libbpfLog = new LibbpfLog(native, (level, line) => log[level](`libbpf: ${line}`));
    this.#context = createBpfContext(native, this.#libbpfLog);
    this.#pump = new RecordPump(native);
    this.#system = createSystem({ listInterfaces: () => listInterfaces(native), warn: log.warn });
    this.#build = { version: options.version, libbpf: native.bpf.libbpf_version_string() ?? '' };
  }

  /**
   * Loads and attaches configs in their order; between two of them, `stop` may end it. Throws what `loadConfig` throws;
   * then nothing stays in the kernel.
   */
  async load(configs: readonly Config[], stop: AbortSignal): Promise<void> {
    const options = { ...this.#options, symbols: this.#system.symbols };
    const possibleCpus = this.#native.bpf.libbpf_num_possible_cpus();
    try {
      for (const config of configs) {
        await setImmediate(); // a signal is noticed in the event loop only
        if (stop.aborted) return;
        const loaded = loadConfig(this.#context, config, options);
        this.#configs.push(
          createConfigMetrics(loaded, { ...options, possibleCpus, system: this.#system, pump: this.#pump }),
        );
      }
    } catch (thrown) {
      this.close();
      throw thrown;
    }
    const marks = this.programs.filter(({ section }) => section === postAttachMarkSection);
    if (marks.length > 0) triggerPostAttachMark(this.#native);
  }

  /** Every program of every config. */
  get programs(): readonly { config: string; name: string; section: string; attached: boolean }[] {
    return this.#configs.flatMap(({ loaded }) =>
      loaded.programs.map(({ name, section, error }) => ({
        config: loaded.config.name,
        name,
        section,
        attached: error === undefined,
      })),
    );
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

  /** Detaches and unloads everything; a scrape that is under way stops reading. Can be called twice. */
  close(): void {
    this.#closed = true;
    for (const config of this.#configs.splice(0)) {
      config.close();
      config.loaded.close();
    }
    this.#libbpfLog.close();
  }

  async #collect(): Promise<readonly Family[]> {
    const families: Family[] = [];
    for (const config of this.#configs) {
      for (const stream of config.events) await inSlices(stream.flush(), () => this.#closed);
      for (const { metric } of config.metrics) {
        if (await this.#read(config, metric)) families.push(metric);
      }
    }
    families.push(
      ...ownFamilies(this.#native, this.#configs, this.#build),
      ...(await this.#process.collect()),
    );
    return families;
  }

  /** False when the map could not be read, or not to its end: the metric is left out of this page. */
  async #read(config: ConfigMetrics, metric: Metric): Promise<boolean> {
    if (this.#closed) return false;
    try {
      await inSlices(metric.collect(), () => this.#closed);
      if (this.#closed) return false;
    } catch (thrown) {
      this.#logReadError(`Config "${config.loaded.config.name}": ${messageOf(thrown)}`);
      return false;
    }
    config.decoderErrors += metric.errors;
    return true;
  }
}
