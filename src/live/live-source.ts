import type { Native } from '../native/library.ts';
import type { Exporter } from '../serve/exporter.ts';
import type { ReadingObserver } from '../serve/reading-observer.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { ScrapeInfo } from './live.ts';
import type { Recorder } from './recorder.ts';

/** What the live page is about. */
export type LiveSource = {
  readonly native: Native;
  readonly exporter: Pick<Exporter, 'attached' | 'configs' | 'read'>;
  readonly version: string;
  readonly startedAtMs: number;
  /** Those that the exporter shows its readings. */
  readonly observers: Set<ReadingObserver>;
  /** What scrapes have kept; undefined where nothing is kept. */
  readonly recorder: Recorder | undefined;
  /** Undefined where nothing is traced. */
  tracing(): Pick<Tracing, 'counts'> | undefined;
  lastScrape(): ScrapeInfo | undefined;
};
