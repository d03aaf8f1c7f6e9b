import type { PerfOutputs } from '../attached.ts';
import type { BpfMap } from '../bpf/loaded-object.ts';
import { mapTypes } from '../bpf/map-types.ts';
import type { PerfOutput } from '../bpf/perf-output.ts';
import { defaultPerfPages, openPerfOutputs } from '../bpf/perf-stream.ts';
import { ExporterError } from '../errors.ts';
import type { Native } from '../native/library.ts';

/** Perf events of perf event arrays, by the map's name; `close` can be called twice. */
export type OpenPerfOutputs = { readonly byMap: ReadonlyMap<string, PerfOutputs>; close(): void };

/** Opens them, for the perf event arrays among the maps, while the right to do so is there. One may be refused. */
export function openAllPerfOutputs(
  native: Native,
  maps: readonly BpfMap[],
  pagesOf: (map: string) => number | undefined = () => undefined,
): OpenPerfOutputs {
  const byMap = new Map<string, PerfOutputs>();
  const opened: PerfOutput[] = [];
  for (const map of maps.filter(({ type }) => type === mapTypes.perf_event_array)) {
    try {
      const outputs = openPerfOutputs(native, map, pagesOf(map.name) ?? defaultPerfPages);
      opened.push(...outputs);
      byMap.set(map.name, outputs);
    } catch (thrown) {
      if (!(thrown instanceof ExporterError)) throw thrown;
      byMap.set(map.name, { reason: thrown.message });
    }
  }
  return {
    byMap,
    close() {
      for (const { fd } of opened.splice(0)) native.c.close(fd);
    },
  };
}
