import type { CounterSpec } from '../config/spec.ts';
import { type Metric, type MetricInput, namePrefix } from './metric.ts';
import { SeriesTable } from './series-table.ts';

/** A counter: one value for each label set. */
export function createCounter(spec: CounterSpec, input: MetricInput): Metric {
  const series = new SeriesTable({
    ...input,
    stride: 1,
    exportedLabels: spec.labels.length,
    place: () => 0,
  });
  return {
    name: namePrefix + spec.name,
    help: spec.help,
    type: 'counter',
    labelled: spec.labels.length > 0,
    multiplier: 1,
    buckets: undefined,
    collect: () => series.collect(),
    get empty() {
      return series.empty;
    },
    get errors() {
      return series.errors;
    },
    series: (visit) => series.slices(visit),
  };
}
