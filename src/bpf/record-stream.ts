import type { Native } from '../native/library.ts';
import type { BpfMap } from './loaded-object.ts';
import type { RecordPump, RecordSink } from './record-pump.ts';
import { RingBuffer } from './ring-buffer.ts';

/** The records of one map on their way to a sink, until `close`. */
export type RecordStream = {
  readonly map: string;
  /** Records that the kernel dropped, ever, as far as the map tells. */
  lost(): number;
  /** Records that were read, ever; those that the program gave up included. */
  readonly records: number;
  /** Online CPUs whose records cannot be received. */
  readonly uncoveredCpus: number;
  /** Hands over what is waiting now, in slices, so that a scrape counts every record made before it. */
  flush(): Iterable<void>;
  /** The sink has room again. */
  wake(): void;
  /** Can be called twice. */
  close(): void;
};

/**
 * Reads a ring buffer from now on. It says itself of no record that it was lost; `lost` may know from elsewhere. Throws
 * `map_read`.
 */
export function openRingStream(
  native: Native,
  pump: RecordPump,
  map: Pick<BpfMap, 'fd' | 'name' | 'maxEntries'>,
  sink: RecordSink,
  lost: (() => number) | undefined,
): RecordStream {
  const ring = new RingBuffer(native, { fd: map.fd, name: map.name, bytes: map.maxEntries });
  const pumped = pump.add(ring, sink);
  return {
    map: map.name,
    lost: () => lost?.() ?? ring.lost(),
    get records() {
      return pumped.records;
    },
    uncoveredCpus: 0,
    flush: () => pumped.flush(),
    wake: () => pumped.wake(),
    close: () => {
      pumped.remove();
      ring.close();
    },
  };
}
