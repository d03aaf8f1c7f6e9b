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

/** Any number that leaves no byte of an id constant; lines.c knows it too. */
export const spread = 0x9e3779b1n;

/** Keys of `size` bytes, each written by `write` at its offset. */
export function keysOf(
  entries: number,
  size: number,
  write: (keys: Buffer, offset: number, index: number) => void,
): Buffer {
  const keys = Buffer.alloc(entries * size);
  for (let index = 0; index < entries; index++) write(keys, index * size, index);
  return keys;
}
