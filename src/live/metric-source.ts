import type { MetricSpec } from '../config/spec.ts';
import type { SeriesFamily } from '../metrics/family.ts';
import { namePrefix } from '../metrics/metric.ts';
import type { ConfigMetrics } from '../serve/config-metrics.ts';
import type { MetricHistory } from './metric-history.ts';
import type { Recorder } from './recorder.ts';

/** A metric that is served, and what is known of it. */
export type LiveMetric = {
  readonly config: string;
  readonly spec: MetricSpec;
  readonly family: SeriesFamily;
  /** Those that its series have: without the bucket's. */
  readonly labels: readonly string[];
  readonly stackLabel: string | undefined;
  readonly coarse: MetricHistory | undefined;
  readonly fine: MetricHistory | undefined;
};

/** All metrics that are served, in the order of the configs. */
export function liveMetrics(
  configs: readonly ConfigMetrics[],
  coarse: Recorder | undefined,
  fine: Recorder | undefined,
): LiveMetric[] {
  return configs.flatMap(({ loaded, readings }) =>
    readings.flatMap(({ metrics }) =>
      metrics.flatMap(({ metric, input }) => {
        const { name: config, metrics: specs } = loaded.config;
        const spec = specs.find(({ name }) => namePrefix + name === metric.name);
        if (spec === undefined) return [];
        const bucketLabel = spec.kind === 'histogram' && input.slots === undefined ? 1 : 0;
        const labels = input.labels.names.slice(0, input.labels.names.length - bucketLabel);
        const stackLabel = spec.labels.find(
          ({ name, decoders }) =>
            labels.includes(name) && decoders.some((decoder) => decoder.name === 'kstack'),
        )?.name;
        const histories = { coarse: coarse?.of(metric.name), fine: fine?.of(metric.name) };
        return [{ config, spec, family: metric, labels, stackLabel, ...histories }];
      }),
    ),
  );
}
