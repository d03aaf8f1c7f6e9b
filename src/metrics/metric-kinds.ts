import type { MetricSpec } from '../config/spec.ts';
import { createHistogram } from './histogram.ts';
import type { Metric, MetricInput } from './metric.ts';
import { createCounter, createGauge } from './value-metric.ts';

type Makers = {
  readonly [Kind in MetricSpec['kind']]: (
    spec: Extract<MetricSpec, { kind: Kind }>,
    input: MetricInput,
  ) => Metric;
};

/** How each kind of metric is made; `src/config/metric-kinds.ts` has how each is configured. */
const makers: Makers = {
  counter: createCounter,
  gauge: createGauge,
  histogram: createHistogram,
};

/** Makes a metric of what its configuration says and where it reads. Reads nothing yet. */
export function createMetric(spec: MetricSpec, input: MetricInput): Metric {
  const make = makers[spec.kind] as (spec: MetricSpec, input: MetricInput) => Metric;
  return make(spec, input);
}
