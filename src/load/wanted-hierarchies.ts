import type { Config } from '../config/spec.ts';

/** The hierarchies of cgroups that configs need the names of; undefined is the one that programs get ids of. */
export function wantedHierarchies(configs: readonly Config[]): ReadonlySet<string | undefined> {
  const labels = configs
    .flatMap(({ metrics, spans }) => [...metrics, ...spans])
    .flatMap(({ labels }) => labels);
  const decoders = labels.flatMap(({ decoders }) => decoders).filter(({ name }) => name === 'cgroup');
  const idMaps = configs.filter(({ cgroupIdMap }) => cgroupIdMap !== undefined);
  return new Set([...decoders.map(({ hierarchy }) => hierarchy), ...idMaps.map(() => undefined)]);
}
