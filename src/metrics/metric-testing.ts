import type { DecoderSpec, LabelSpec } from '../config/spec.ts';
import { compileLabels } from '../decoders/compile.ts';
import { decoderSpec } from '../decoders/decoder-testing.ts';
import { placeInOrder } from '../decoders/placed-label.ts';
import { stubSystem } from '../decoders/system-testing.ts';
import type { EntryBatch, EntrySource } from './entry-source.ts';
import { EventCounts, type EventCountsOptions } from './event-counts.ts';
import { MapReading } from './map-reading.ts';
import type { MetricInput } from './metric.ts';
import { u64 } from './placed-value.ts';
import { countEach } from './tally.ts';

/** Counts of records by their first bytes. */
export function eventCounts(keyBytes: number, given: Partial<EventCountsOptions> = {}): EventCounts {
  const keyParts = [{ offset: 0, size: keyBytes }];
  return new EventCounts({ keyParts, recordBytes: keyBytes, tally: countEach, maxKeys: 100_000, ...given });
}

/** One entry: its key's bytes, and its value or the values of its CPUs. */
export type Entry = readonly [key: Buffer, ...values: (number | bigint)[]];

/** Entries that a test writes down, in batches of two whose buffers the next batch overwrites. */
export class FakeSource implements EntrySource {
  readonly keySize: number;
  readonly valueStride = 8;
  readonly valuesPerEntry: number;
  entries: readonly Entry[];

  constructor(keySize: number, entries: readonly Entry[] = [], valuesPerEntry = 1) {
    this.keySize = keySize;
    this.valuesPerEntry = valuesPerEntry;
    this.entries = entries;
  }

  *batches(): Iterable<EntryBatch> {
    const keys = Buffer.alloc(2 * this.keySize);
    const values = new BigUint64Array(2 * this.valuesPerEntry);
    for (let at = 0; at < this.entries.length; at += 2) {
      const batch = this.entries.slice(at, at + 2);
      for (const [i, [key, ...all]] of batch.entries()) {
        key.copy(keys, i * this.keySize);
        values.set(all.map(BigInt), i * this.valuesPerEntry);
      }
      yield { count: batch.length, keys, values: Buffer.from(values.buffer) };
      keys.fill(0xff);
      values.fill(0xffffffffffffffffn);
    }
  }
}

export function label(
  name: string,
  size: number,
  ...decoders: (DecoderSpec | 'uint' | 'string')[]
): LabelSpec {
  const specs = decoders.map((one) => (typeof one === 'string' ? decoderSpec(one) : one));
  return { name, size, padding: 0, decoders: specs };
}

/** What a metric of these labels reads from a source; errors are not expected unless a test says so. */
export function inputOf(
  source: EntrySource,
  labels: readonly LabelSpec[],
  options: Partial<MetricInput> = {},
): MetricInput {
  return {
    reading: new MapReading(source),
    labels: compileLabels(placeInOrder(labels), stubSystem),
    labelsId: '',
    value: u64,
    onlineCpus: () => [0, 1, 2, 3],
    keyBytes: labels.reduce((sum, { size }) => sum + size, 0),
    splitCpus: false,
    skipCacheSize: 0,
    onError: (error) => {
      throw new Error('unexpected', { cause: error });
    },
    ...options,
  };
}
