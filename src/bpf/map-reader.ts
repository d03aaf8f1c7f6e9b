import { constants } from 'node:os';
import { ExporterError } from '../errors.ts';
import { ENOTSUPP } from '../native/errno.ts';
import type { Native } from '../native/library.ts';
import { nativeError } from '../native/native-error.ts';
import type { BpfMap } from './loaded-object.ts';
import { isPerCpu } from './map-types.ts';

const { ENOENT, ENOSPC, EINVAL, EOPNOTSUPP } = constants.errno;

/** Entries of one batch: large enough that the system call does not show, small enough to stay in the cache. */
const batchEntries = 4096;
const batchValueBytes = 1 << 20;

/** One batch of a map's entries in buffers that the next batch overwrites. */
export type MapBatch = { readonly count: number; readonly keys: Buffer; readonly values: Buffer };

/**
 * Reads all entries of a map: in batches (BPF_MAP_LOOKUP_BATCH: Linux 5.6 for hashes and arrays,
 * 5.13 for per-CPU arrays), else one key at a time. The descriptor stays the caller's.
 */
export class MapReader {
  readonly keySize: number;
  /** Bytes from one value to the next: those of a per-CPU map begin at multiples of 8. */
  readonly valueStride: number;
  readonly valuesPerEntry: number;
  readonly #native: Native;
  readonly #map: BpfMap;
  readonly #count = Buffer.alloc(4);
  #keys: Buffer;
  #values: Buffer;
  #capacity: number;
  #batched = true;
  readonly #readBatch: Native['bpf']['bpf_map_lookup_batch'];
  readonly #readElement: Native['bpf']['bpf_map_lookup_elem'];

  /**
   * `possibleCpus` as libbpf_num_possible_cpus() says: a per-CPU lookup fills that many values. `take`: entries are taken
   * out of the map as they are read; see `checkTakes`.
   */
  constructor(native: Native, map: BpfMap, possibleCpus: number, { take } = { take: false }) {
    const { bpf } = native;
    this.#native = native;
    this.#map = map;
    this.#readBatch = (take ? bpf.bpf_map_lookup_and_delete_batch : bpf.bpf_map_lookup_batch).bind(bpf);
    this.#readElement = (take ? bpf.bpf_map_lookup_and_delete_elem : bpf.bpf_map_lookup_elem).bind(bpf);
    this.keySize = map.keySize;
    this.valuesPerEntry = isPerCpu(map.type) ? possibleCpus : 1;
    this.valueStride = isPerCpu(map.type) ? Math.ceil(map.valueSize / 8) * 8 : map.valueSize;
    const valueBytes = this.valuesPerEntry * this.valueStride;
    this.#capacity = Math.max(
      1,
      Math.min(batchEntries, map.maxEntries, Math.floor(batchValueBytes / valueBytes)),
    );
    [this.#keys, this.#values] = this.#buffers(this.#capacity);
  }

  /** Every entry that stays in the map during the read is seen at least once. Reads may take turns. */
  *batches(): Iterable<MapBatch> {
    // The batch cursor is a u32 for hashes and a key for arrays.
    let cursor: Buffer | null = null;
    let next = Buffer.alloc(Math.max(4, this.keySize));
    let spare = Buffer.alloc(next.length);
    while (this.#batched) {
      const batch = this.#lookupBatch(cursor, next);
      if (batch === undefined) {
        this.#batched = false;
        break;
      }
      if (batch.count > 0) yield this.#batch(batch.count);
      if (batch.last) return;
      cursor = next;
      [next, spare] = [spare, next];
    }
    yield* this.#oneByOne(next, spare);
  }

  /** The value at one key, read alone; undefined when the map has none. */
  *entry(key: Buffer): Iterable<MapBatch> {
    this.#checkKey(key);
    key.copy(this.#keys);
    if (this.#lookup(this.#keys, this.#values)) yield this.#batch(1);
  }

  /** Deletes the entry at a key; false when the map has none. */
  delete(key: Buffer): boolean {
    this.#checkKey(key);
    const result = this.#native.bpf.bpf_map_delete_elem(this.#map.fd, key);
    if (result === -ENOENT) return false;
    if (result < 0) throw this.#failed('delete a key of', -result);
    return true;
  }

  /** Undefined when this kernel has no batches for this map. */
  #lookupBatch(cursor: Buffer | null, next: Buffer): { count: number; last: boolean } | undefined {
    for (;;) {
      this.#count.writeUInt32LE(this.#capacity);
      const result = this.#readBatch(this.#map.fd, cursor, next, this.#keys, this.#values, this.#count, null);
      const count = this.#count.readUInt32LE();
      if (result === 0) return { count, last: false };
      if (result === -ENOENT) return { count, last: true };
      if (result === -ENOSPC) {
        // One hash bucket holds more than fits: batches never split a bucket.
        this.#capacity *= 2;
        [this.#keys, this.#values] = this.#buffers(this.#capacity);
        continue;
      }
      if (cursor === null && [-ENOTSUPP, -EOPNOTSUPP, -EINVAL].includes(result)) return undefined;
      throw this.#failed('read', -result);
    }
  }

  /** A key that is deleted under the walk sends it back to the first: the walk is bounded, metrics ignore repeats. */
  *#oneByOne(cursor: Buffer, next: Buffer): Iterable<MapBatch> {
    const { bpf } = this.#native;
    const { fd, keySize, maxEntries } = this.#map;
    const valueBytes = this.valuesPerEntry * this.valueStride;
    let previous: Buffer | null = null;
    let count = 0;
    for (let walked = 0; walked < 2 * maxEntries; walked++) {
      const result = bpf.bpf_map_get_next_key(fd, previous, next);
      if (result === -ENOENT) break;
      if (result < 0) throw this.#failed('walk', -result);
      next.copy(this.#keys, count * keySize, 0, keySize);
      next.copy(cursor);
      previous = cursor;
      if (!this.#lookup(cursor, this.#values.subarray(count * valueBytes))) continue;
      count++;
      if (count === this.#capacity) {
        yield this.#batch(count);
        count = 0;
      }
    }
    if (count > 0) yield this.#batch(count);
  }

  #lookup(key: Buffer, value: Buffer): boolean {
    const result = this.#readElement(this.#map.fd, key, value);
    if (result === -ENOENT) return false;
    if (result < 0) throw this.#failed('look up a key of', -result);
    return true;
  }

  #batch(count: number): MapBatch {
    return { count, keys: this.#keys, values: this.#values };
  }

  #buffers(entries: number): [Buffer, Buffer] {
    return [
      Buffer.alloc(Math.max(entries * this.keySize, 4)),
      // Of its own, so that it begins where words may.
      Buffer.from(new ArrayBuffer(entries * this.valuesPerEntry * this.valueStride)),
    ];
  }

  #checkKey(key: Buffer): void {
    if (key.length === this.keySize) return;
    throw new ExporterError(
      'map_read',
      `Cannot look up map "${this.#map.name}": key is ${this.keySize} bytes, ${key.length} given`,
    );
  }

  #failed(operation: string, errno: number): ExporterError {
    return nativeError({ code: 'map_read', operation, object: `map "${this.#map.name}"`, errno });
  }
}
