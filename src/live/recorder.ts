import type { Family, SeriesFamily } from '../metrics/family.ts';
import type { ReadingObserver, SeenReading } from '../serve/reading-observer.ts';
import type { HistoryLimits } from './history-limits.ts';
import { MetricHistory } from './metric-history.ts';
import type { Ranking } from './ranking.ts';

/** The histories of all metrics, by their exported names, in fixed memory that they share in equal parts. */
export class Recorder {
  readonly #limits: HistoryLimits;
  readonly #bytes: number;
  readonly #histories = new Map<string, MetricHistory>();
  /** The metrics of each config at its last reading: one that could not be read once keeps what it has. */
  readonly #configs = new Map<string, ReadonlySet<string>>();
  readonly #rankings = new Map<string, readonly Ranking[]>();
  /** Sees a reading: one more point for each metric of it. */
  readonly observe: ReadingObserver = (reading) => this.#record(reading);

  constructor(limits: HistoryLimits, bytes: number) {
    this.#limits = limits;
    this.#bytes = bytes;
  }

  of(name: string): MetricHistory | undefined {
    return this.#histories.get(name);
  }

  /** Offers the series of a metric to a ranking, at every point until what this returns is called. */
  rank(name: string, ranking: Ranking): () => void {
    this.#rankings.set(name, [...(this.#rankings.get(name) ?? []), ranking]);
    return () => {
      const left = this.#rankings.get(name)?.filter((one) => one !== ranking) ?? [];
      if (left.length > 0) this.#rankings.set(name, left);
      else this.#rankings.delete(name);
    };
  }

  /** Samples of the metrics of these configs at their last reading. */
  samples(configs: Iterable<string>): number {
    let sum = 0;
    for (const config of configs) {
      for (const name of this.#configs.get(config) ?? []) sum += this.of(name)?.samples ?? 0;
    }
    return sum;
  }

  /** Can be called twice. */
  close(): void {
    for (const history of this.#histories.values()) history.close();
    this.#histories.clear();
  }

  *#record({ time, byConfig }: SeenReading): Iterable<void> {
    const read = [...byConfig].map(([config, families]) => [config, families.filter(isOfSeries)] as const);
    this.#admit(read);
    for (const [, families] of read) {
      for (const family of families) {
        const rankings = this.#rankings.get(family.name) ?? [];
        yield* this.#histories.get(family.name)!.record(family, time, rankings);
      }
    }
  }

  #admit(read: readonly (readonly [config: string, families: readonly SeriesFamily[]])[]): void {
    const missing = read.flatMap(([, families]) => families.filter(({ name }) => !this.#histories.has(name)));
    if (missing.length === 0) return;
    for (const [config, families] of read) {
      const names = families.map(({ name }) => name);
      this.#configs.set(config, new Set([...(this.#configs.get(config) ?? []), ...names]));
    }
    const bytes = this.#bytes / (this.#histories.size + missing.length);
    for (const history of this.#histories.values()) history.setBytes(bytes);
    for (const family of missing) {
      this.#histories.set(family.name, new MetricHistory(family, this.#limits, bytes));
    }
  }
}

function isOfSeries(family: Family): family is SeriesFamily {
  return 'series' in family;
}
