import { isIterable, mapTypeName, mapTypes } from '../bpf/map-types.ts';
import { type Family, type Sample, smallFamily } from '../metrics/family.ts';
import { namePrefix } from '../metrics/metric.ts';
import type { ConfigMetrics } from './config-metrics.ts';

/** How full the maps are that metrics read: one that is full takes no new keys, one of an LRU kind drops old ones. */
export function mapFamilies(configs: readonly ConfigMetrics[]): readonly Family[] {
  const maps = configs.flatMap(readMaps).map(({ config, name, type, ...rest }) => ({
    ...rest,
    labels: { config, map: name, type: mapTypeName(type) },
  }));
  return [
    smallFamily(
      'gauge',
      `${namePrefix}map_entries`,
      'Entries of a BPF map that metrics read, in its last reading.',
      maps.flatMap(({ labels, entries }) => (entries === undefined ? [] : [{ labels, value: entries }])),
    ),
    smallFamily(
      'counter',
      `${namePrefix}entries_expired_total`,
      'Entries that were deleted from a BPF map because nothing changed in their label sets for its expire_after.',
      configs.flatMap(({ loaded, errors }) =>
        [...loaded.config.maps].flatMap(([map, { expireAfterMs }]) =>
          expireAfterMs === undefined
            ? []
            : [{ labels: { config: loaded.config.name, map }, value: errors.expiredEntries(map) }],
        ),
      ),
    ),
    smallFamily(
      'gauge',
      `${namePrefix}series_limited`,
      'Label sets of a metric that are one series, with the label values other, because of its max_series.',
      configs.flatMap(limitedOf),
    ),
    smallFamily(
      'gauge',
      `${namePrefix}map_max_entries`,
      'Entries that a BPF map can hold.',
      maps.map(({ labels, maxEntries }) => ({ labels, value: maxEntries })),
    ),
  ];
}

export type ReadMap = {
  readonly config: string;
  readonly name: string;
  /** `enum bpf_map_type`. */
  readonly type: number;
  /** Of the last reading; undefined before the first. */
  readonly entries: number | undefined;
  readonly maxEntries: number;
};

/** The maps of a config that are read entry by entry, each once. */
export function readMaps({ loaded, readings }: ConfigMetrics): ReadMap[] {
  const names = new Set(readings.map(({ map }) => map));
  return loaded.maps
    .filter(({ name, type }) => names.has(name) && isIterable(type))
    .map(({ name, type, maxEntries }) => {
      const whole = readings.find(({ map, metrics }) => map === name && metrics.some(readsAll));
      const entries = arrays.includes(type) ? maxEntries : whole?.reading.entries;
      return { config: loaded.config.name, name, type, entries, maxEntries };
    });
}

function limitedOf({ loaded, readings }: ConfigMetrics): Sample[] {
  return readings.flatMap(({ metrics }) =>
    metrics.flatMap(({ metric: { name, limited } }) => {
      const labels = { config: loaded.config.name, metric: name.slice(namePrefix.length) };
      return limited === undefined ? [] : [{ labels, value: limited }];
    }),
  );
}

/** An array has all of its entries from the start. */
const arrays: readonly number[] = [mapTypes.array, mapTypes.percpu_array];

/** A metric without labels looks up key 0 alone. */
function readsAll({ input }: ConfigMetrics['readings'][number]['metrics'][number]): boolean {
  return input.keyBytes > 0;
}
