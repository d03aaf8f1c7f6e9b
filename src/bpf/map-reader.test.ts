import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { describe, test } from 'node:test';
import { ENOTSUPP } from '../native/errno.ts';
import type { Native } from '../native/library.ts';
import { fakeNative } from '../native/native-testing.ts';
import type { BpfMap } from './loaded-object.ts';
import { type MapBatch, MapReader } from './map-reader.ts';
import { mapTypes } from './map-types.ts';

const { ENOENT, ENOSPC, EINVAL, EOPNOTSUPP, EPERM, EBADF } = constants.errno;
type Bpf = Native['bpf'];

function mapOf(given: Partial<BpfMap> = {}): BpfMap {
  return {
    name: 'counts',
    fd: 3,
    type: mapTypes.hash,
    keySize: 4,
    valueSize: 8,
    maxEntries: 100,
    keyType: undefined,
    valueType: undefined,
    ...given,
  };
}

/**
 * A map of the kernel: keys are u32, the values of key k are k * 10 + CPU. The first `perBucket` keys share a hash
 * bucket, and so on; a batch holds whole buckets. The batch cursor is the number of the next bucket.
 */
class FakeMap {
  readonly calls: string[] = [];
  keys: number[];
  readonly #cpus: number;
  readonly #perBucket: number;

  constructor(keys: readonly number[], { cpus = 1, perBucket = 1 } = {}) {
    this.keys = [...keys];
    this.#cpus = cpus;
    this.#perBucket = perBucket;
  }

  readonly bpf: Pick<Bpf, 'bpf_map_lookup_batch' | 'bpf_map_get_next_key' | 'bpf_map_lookup_elem'> = {
    bpf_map_lookup_batch: (_fd, inBatch, outBatch, keys, values, countAt) => {
      const capacity = (countAt as Buffer).readUInt32LE();
      let bucket = inBatch === null ? 0 : (inBatch as Buffer).readUInt32LE();
      this.calls.push(`batch from ${bucket}, room for ${capacity}`);
      let count = 0;
      for (; bucket * this.#perBucket < this.keys.length; bucket++) {
        const content = this.keys.slice(bucket * this.#perBucket, (bucket + 1) * this.#perBucket);
        if (count + content.length > capacity) break;
        for (const key of content) this.#put(key, keys as Buffer, values as Buffer, count++);
      }
      (countAt as Buffer).writeUInt32LE(count);
      const last = bucket * this.#perBucket >= this.keys.length;
      if (count === 0 && !last) return -ENOSPC;
      (outBatch as Buffer).writeUInt32LE(bucket);
      return last ? -ENOENT : 0;
    },
    bpf_map_get_next_key: (_fd, previous, next) => {
      // A key that is not there any more sends the walk to the first.
      const at = previous === null ? -1 : this.keys.indexOf((previous as Buffer).readUInt32LE());
      if (at + 1 === this.keys.length) return -ENOENT;
      (next as Buffer).writeUInt32LE(this.keys[at + 1]!);
      return 0;
    },
    bpf_map_lookup_elem: (_fd, key, value) => {
      const number = (key as Buffer).readUInt32LE();
      if (!this.keys.includes(number)) return -ENOENT;
      this.#put(number, Buffer.alloc(4), value as Buffer, 0);
      return 0;
    },
  };

  #put(key: number, keys: Buffer, values: Buffer, index: number): void {
    keys.writeUInt32LE(key, index * 4);
    for (let cpu = 0; cpu < this.#cpus; cpu++) {
      values.writeBigUInt64LE(BigInt(key) * 10n + BigInt(cpu), (index * this.#cpus + cpu) * 8);
    }
  }
}

/** The entries of batches as `key: values`. */
function read(
  batches: Iterable<MapBatch>,
  { keySize, valuesPerEntry, valueStride }: MapReader,
): Map<number, bigint[]> {
  const found = new Map<number, bigint[]>();
  for (const { count, keys, values } of batches) {
    for (let i = 0; i < count; i++) {
      const first = i * valuesPerEntry;
      const all = Array.from({ length: valuesPerEntry }, (_, cpu) =>
        values.readBigUInt64LE((first + cpu) * valueStride),
      );
      found.set(keys.readUInt32LE(i * keySize), all);
    }
  }
  return found;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i + 1);
}

function expected(keys: readonly number[], cpus = 1): Map<number, bigint[]> {
  return new Map(keys.map((key) => [key, Array.from({ length: cpus }, (_, cpu) => BigInt(key * 10 + cpu))]));
}

describe('in batches', () => {
  test('a map of many entries takes several calls, each from where the last ended', () => {
    const kernel = new FakeMap(range(10_000));
    const reader = new MapReader(fakeNative(kernel), mapOf({ maxEntries: 10_000 }), 8);
    for (let scrape = 0; scrape < 2; scrape++) {
      kernel.calls.length = 0;
      assert.deepEqual(read(reader.batches(), reader), expected(kernel.keys));
      assert.deepEqual(kernel.calls, [
        'batch from 0, room for 4096',
        'batch from 4096, room for 4096',
        'batch from 8192, room for 4096',
      ]);
    }
  });

  test('an empty map is one call and no batch', () => {
    const kernel = new FakeMap([]);
    const reader = new MapReader(fakeNative(kernel), mapOf(), 8);
    assert.deepEqual([...reader.batches()], []);
    assert.equal(kernel.calls.length, 1);
  });

  test('a bucket that does not fit makes the buffers grow, and they stay so', () => {
    const kernel = new FakeMap(range(30), { perBucket: 10 });
    const reader = new MapReader(fakeNative(kernel), mapOf({ maxEntries: 3 }), 8);
    assert.deepEqual(read(reader.batches(), reader), expected(kernel.keys));
    assert.deepEqual(kernel.calls.slice(0, 4), [
      'batch from 0, room for 3',
      'batch from 0, room for 6',
      'batch from 0, room for 12',
      'batch from 1, room for 12',
    ]);
    kernel.calls.length = 0;
    assert.deepEqual(read(reader.batches(), reader), expected(kernel.keys));
    assert.equal(kernel.calls[0], 'batch from 0, room for 12');
  });

  test('a per-CPU map has the values of all CPUs of an entry together', () => {
    for (const type of [mapTypes.percpu_hash, mapTypes.percpu_array, mapTypes.lru_percpu_hash]) {
      const reader = new MapReader(fakeNative(new FakeMap([5, 6, 7], { cpus: 3 })), mapOf({ type }), 3);
      assert.equal(reader.valuesPerEntry, 3);
      assert.deepEqual(read(reader.batches(), reader), expected([5, 6, 7], 3));
    }
  });

  test('on a machine of many CPUs the buffers stay small', () => {
    const kernel = new FakeMap(range(600), { cpus: 512 });
    const reader = new MapReader(
      fakeNative(kernel),
      mapOf({ type: mapTypes.percpu_hash, maxEntries: 1_000_000 }),
      512,
    );
    assert.deepEqual(read(reader.batches(), reader), expected(kernel.keys, 512));
    assert.equal(kernel.calls[0], 'batch from 0, room for 256');
  });

  test('two reads of one map may take turns', () => {
    const kernel = new FakeMap(range(10));
    const reader = new MapReader(fakeNative(kernel), mapOf({ maxEntries: 2 }), 8);
    const first = reader.batches()[Symbol.iterator]();
    const seen = new Map<number, bigint[]>();
    for (let step = first.next(); !step.done; step = first.next()) {
      for (const [key, values] of read([step.value], reader)) seen.set(key, values);
      assert.deepEqual(read(reader.batches(), reader), expected(kernel.keys));
    }
    assert.deepEqual(seen, expected(kernel.keys));
  });

  test('an errno names map and reason', () => {
    const native = fakeNative({ bpf: { bpf_map_lookup_batch: () => -EPERM } });
    const reader = new MapReader(native, mapOf(), 8);
    assert.throws(() => [...reader.batches()], {
      code: 'map_read',
      message: 'Cannot read map "counts": EPERM (operation not permitted)',
    });
  });

  test('EINVAL in the middle of a read is an error', () => {
    const kernel = new FakeMap(range(10));
    const bpf_map_lookup_batch: Bpf['bpf_map_lookup_batch'] = (fd, inBatch, ...rest) =>
      inBatch === null ? kernel.bpf.bpf_map_lookup_batch(fd, inBatch, ...rest) : -EINVAL;
    const reader = new MapReader(fakeNative({ bpf: { bpf_map_lookup_batch } }), mapOf({ maxEntries: 2 }), 8);
    assert.throws(() => [...reader.batches()], { code: 'map_read', message: /EINVAL/ });
  });
});

describe('one key at a time', () => {
  /** A reader on a kernel that has no batches; `onLookup` runs before every lookup. */
  function unbatched(
    kernel: FakeMap,
    map: BpfMap,
    errno = EINVAL,
    cpus = 1,
    onLookup = (_key: number) => {},
  ) {
    let asked = 0;
    const native = fakeNative({
      bpf: {
        ...kernel.bpf,
        bpf_map_lookup_batch: () => {
          asked++;
          return -errno;
        },
        bpf_map_lookup_elem: (fd, key, value) => {
          onLookup((key as Buffer).readUInt32LE());
          return kernel.bpf.bpf_map_lookup_elem(fd, key, value);
        },
      },
    });
    return { reader: new MapReader(native, map, cpus), asked: () => asked };
  }

  for (const [name, errno] of Object.entries({ ENOTSUPP, EOPNOTSUPP, EINVAL })) {
    test(`a map is read on a kernel that answers batches with ${name}, which is asked once`, () => {
      const kernel = new FakeMap(range(5000));
      const { reader, asked } = unbatched(kernel, mapOf({ maxEntries: 5000 }), errno);
      for (let scrape = 0; scrape < 2; scrape++) {
        assert.deepEqual(read(reader.batches(), reader), expected(kernel.keys));
      }
      assert.equal(asked(), 1);
    });
  }

  test('a per-CPU map has the values of all CPUs of an entry together', () => {
    const kernel = new FakeMap([5, 6, 7], { cpus: 3 });
    const { reader } = unbatched(kernel, mapOf({ type: mapTypes.percpu_hash }), EINVAL, 3);
    assert.deepEqual(read(reader.batches(), reader), expected([5, 6, 7], 3));
  });

  test('a key that is deleted under the walk loses no other key', () => {
    const kernel = new FakeMap(range(50));
    const { reader } = unbatched(kernel, mapOf({ maxEntries: 100 }), EINVAL, 1, (key) => {
      if (key === 20) kernel.keys = kernel.keys.filter((one) => one !== 20);
    });
    assert.deepEqual(read(reader.batches(), reader), expected(range(50).filter((key) => key !== 20)));
  });

  test('a walk that is sent back for ever ends', () => {
    const kernel = new FakeMap(range(50));
    let next = 1000;
    const { reader } = unbatched(kernel, mapOf({ maxEntries: 50 }), EINVAL, 1, (key) => {
      if (key >= 40) kernel.keys = [...kernel.keys.filter((one) => one !== key), next++];
    });
    assert.ok(read(reader.batches(), reader).size <= 100);
  });

  test('two reads of one map may take turns', () => {
    const kernel = new FakeMap(range(10));
    const { reader } = unbatched(kernel, mapOf({ maxEntries: 5 }));
    const seen = new Map<number, bigint[]>();
    for (const batch of reader.batches()) {
      for (const [key, values] of read([batch], reader)) seen.set(key, values);
      read(reader.batches(), reader);
    }
    assert.deepEqual(seen, expected(kernel.keys));
  });

  test('an errno of the walk or of a lookup names map and reason', () => {
    for (const [name, message] of [
      ['bpf_map_get_next_key', 'Cannot walk map "counts": EBADF (bad file descriptor)'],
      ['bpf_map_lookup_elem', 'Cannot look up a key of map "counts": EBADF (bad file descriptor)'],
    ] as const) {
      const bpf = { ...new FakeMap([1]).bpf, bpf_map_lookup_batch: () => -EINVAL, [name]: () => -EBADF };
      const reader = new MapReader(fakeNative({ bpf }), mapOf(), 1);
      assert.throws(() => [...reader.batches()], { code: 'map_read', message });
    }
  });
});

describe('one entry', () => {
  const key = (number: number): Buffer => Buffer.from(Uint32Array.of(number).buffer);

  test('is read alone, with all its CPUs', () => {
    const kernel = new FakeMap([0, 1], { cpus: 2 });
    const reader = new MapReader(fakeNative(kernel), mapOf({ type: mapTypes.percpu_array }), 2);
    assert.deepEqual(read(reader.entry(key(1)), reader), expected([1], 2));
    assert.deepEqual(kernel.calls, []);
  });

  test('that is not there is no batch', () => {
    const reader = new MapReader(fakeNative(new FakeMap([1])), mapOf(), 1);
    assert.deepEqual([...reader.entry(key(2))], []);
  });

  test('of a key of another size is refused', () => {
    const reader = new MapReader(fakeNative(new FakeMap([1])), mapOf({ keySize: 8 }), 1);
    assert.throws(() => [...reader.entry(key(1))], {
      code: 'map_read',
      message: 'Cannot look up map "counts": key is 8 bytes, 4 given',
    });
  });
});
