import type { CompiledLabels } from '../decoders/compile.ts';
import type { ExporterError } from '../errors.ts';
import type { EntrySource } from './entry-source.ts';
import type { SeriesFamily } from './family.ts';

/** What is in front of every name that configs define. */
export const namePrefix = 'ebpf_exporter_';

/** Where a metric reads and how its keys are to be understood. */
export type MetricInput = {
  readonly source: EntrySource;
  readonly labels: CompiledLabels;
  /** Leading bytes of the source's key that the labels describe. */
  readonly keyBytes: number;
  /** The last label is the CPU's index, appended to the key; see `SeriesTableOptions`. */
  readonly splitCpus: boolean;
  readonly skipCacheSize: number;
  /** A key that was seen for the first time and cannot be decoded. */
  onError(error: ExporterError, key: Buffer): void;
};

/** A metric of a config. `collect` reads its map; until the next one, its series are what that found. */
export type Metric = SeriesFamily & {
  /** One read, in slices: the caller may let other work run after each. Throws `map_read`. */
  collect(): Iterable<void>;
  /** Entries of the last read that could not be decoded. */
  readonly errors: number;
};
