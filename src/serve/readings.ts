import type { MapReading } from '../metrics/map-reading.ts';
import type { Metric, MetricInput } from '../metrics/metric.ts';

export type BoundMetric = { readonly metric: Metric; readonly input: MetricInput };

/** One reading of a map, and the metrics that come of it. */
export type BoundReading = {
  /** The name of the map. */
  readonly map: string;
  readonly reading: MapReading;
  readonly metrics: readonly BoundMetric[];
};

/** The readings of a config: metrics that read the same share one. */
export class Readings {
  readonly #readings = new Map<string, MapReading>();
  readonly #bound = new Map<MapReading, { map: string; reading: MapReading; metrics: BoundMetric[] }>();

  /** The reading of what `id` stands for, which is made when it is first asked for. */
  of(id: string, make: () => MapReading): MapReading {
    const reading = this.#readings.get(id) ?? make();
    this.#readings.set(id, reading);
    return reading;
  }

  add(map: string, metric: BoundMetric): void {
    const { reading } = metric.input;
    const bound = this.#bound.get(reading) ?? { map, reading, metrics: [] };
    this.#bound.set(reading, bound);
    bound.metrics.push(metric);
  }

  /** Those that have metrics. */
  get all(): readonly BoundReading[] {
    return [...this.#bound.values()];
  }
}
