/** A metric to be scraped from a map that the bench fills. */
export type Workload = {
  readonly name: string;
  /** Name of the map and, with the exporter's prefix, of the metric. */
  readonly metric: string;
  readonly mapType: 'HASH' | 'PERCPU_HASH';
  /** Bytes of one key. */
  readonly keySize: number;
  readonly yaml: string;
  /** Values a map entry puts on the page by itself: 1, or one for each CPU. */
  readonly valuesPerEntry: number;
  /** Different keys, one after the other. */
  keys(entries: number): Buffer;
  /** Whether lines.c knows how to write the lines of this metric. */
  readonly textInC: boolean;
};
