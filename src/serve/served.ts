import type { Attached } from '../attached.ts';
import { runtimeFields } from '../config/spec.ts';
import type { CgroupIdMap } from './cgroup-id-map.ts';
import type { ConfigMetrics } from './config-metrics.ts';

/** One config as it is served. */
export type Served = { readonly metrics: ConfigMetrics; readonly idMap: CgroupIdMap | undefined };

export function closeServed({ metrics, idMap }: Served): void {
  idMap?.close();
  metrics.close();
}

/** Whether a label needs what only the container runtime knows. */
export function asksForContainers({ configs }: Attached): boolean {
  const fields: readonly unknown[] = runtimeFields;
  return configs
    .flatMap(({ config: { metrics, spans } }) => [...metrics, ...spans])
    .flatMap(({ labels }) => labels)
    .some(({ decoders }) => decoders.some(({ field }) => fields.includes(field)));
}
