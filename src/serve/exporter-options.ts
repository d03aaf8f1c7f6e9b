import type { Format } from '../exposition/format.ts';
import type { System } from '../kernel/system.ts';
import type { Native } from '../native/library.ts';
import type { Log } from '../process/log.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { ReadingObserver } from './reading-observer.ts';
import type { LastReload } from './service-families.ts';

export type ExporterOptions = {
  readonly native: Native;
  readonly log: Log;
  /** Cgroups and containers are followed by the exporter itself. */
  readonly system: Omit<System, 'cgroups' | 'containers'>;
  readonly version: string;
  /** Where the host's root is, with the files of its container runtime; `/` unless given. */
  readonly rootfs?: string | undefined;
  /** See `SeriesTableOptions`. */
  readonly skipCacheSize: number;
  /** HTTP clients that were turned away or cut off, by reason. */
  readonly rejected: ReadonlyMap<string, number>;
  readonly lastReload: LastReload;
  /** Where spans go to; undefined where nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** See every reading, after the pages of it are written; whoever serves may add and remove some. */
  readonly observers?: ReadonlySet<ReadingObserver> | undefined;
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
