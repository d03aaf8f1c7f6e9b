import { checkTakes } from '../bpf/check-takes.ts';
import type { BpfMap } from '../bpf/loaded-object.ts';
import { MapReader } from '../bpf/map-reader.ts';
import { messageOf } from '../errors.ts';
import type { Layout } from '../layout/map-layout.ts';
import { WindowReading } from '../metrics/window-reading.ts';
import type { Native } from '../native/library.ts';
import type { ErrorCounts } from './error-counts.ts';
import { inSlices } from './in-slices.ts';
import { entriesOf } from './map-source.ts';

/** A reading that takes the entries out of a map. Throws `map_layout` where that cannot be done. */
export function windowReadingOf(
  native: Native,
  possibleCpus: number,
  map: BpfMap,
  { layout, errors }: { layout: Layout; errors: ErrorCounts },
): WindowReading {
  checkTakes(native, map);
  const taker = new MapReader(native, map, possibleCpus, { take: true });
  return new WindowReading({
    source: entriesOf(native, possibleCpus, map, layout),
    take: () => taker.batches(),
    onUndecoded: (entries) => errors.countUndecoded(entries),
  });
}

/** Reads at the end of every slice, until `stop`. A failure is logged, and told to whoever scrapes. */
export function takeEntries(reading: WindowReading, warn: (message: string) => void): { stop(): void } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    if (!stopped) timer = setTimeout(() => void take(), Math.ceil(reading.restMs)).unref();
  };
  const take = async (): Promise<void> => {
    try {
      await inSlices(reading.takeSlice(), () => stopped);
    } catch (thrown) {
      warn(messageOf(thrown));
    }
    wait();
  };
  wait();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
