/**
 * Where a metric's keys and values come from: a BPF map, or the counts of a perf event array.
 * One read yields batches; each is valid until the next one is asked for, by this read or another, whatever else happens
 * meanwhile.
 */
export type EntrySource = {
  /** Bytes of one key. */
  readonly keySize: number;
  /** Bytes from one value to the next. */
  readonly valueStride: number;
  /** Values of one entry: 1, or one for each possible CPU. */
  readonly valuesPerEntry: number;
  /** Reads everything once. Throws `map_read`. */
  batches(): Iterable<EntryBatch>;
  /** Deletes an entry; false when it was not there. Absent where that cannot be done. Throws `map_read`. */
  delete?(key: Buffer): boolean;
};

export type EntryBatch = {
  readonly count: number;
  /** `count` keys of `keySize` bytes. */
  readonly keys: Buffer;
  /** `count` times `valuesPerEntry` values of `valueStride` bytes, in host byte order. */
  readonly values: Buffer;
  /**
   * There are no keys: these are the values of the places of one label set, for all keys that the source had no room for.
   */
  readonly keyless?: true;
};
