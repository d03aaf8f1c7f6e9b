import type { CounterSpec } from '../config/spec.ts';
import { type Metric, type MetricInput, namePrefix } from './metric.ts';
import { piece } from './page.ts';
import { SeriesTable } from './series-table.ts';

/** A counter: one value for each label set. */
export function createCounter(spec: CounterSpec, input: MetricInput): Metric {
  const name = namePrefix + spec.name;
  const series = new SeriesTable({
    ...input,
    stride: 1,
    exportedLabels: spec.labels.length,
    place: () => 0,
  });
  const labelled = spec.labels.length > 0;
  const before = piece(labelled ? `${name}{` : `${name} `);
  const after = piece(labelled ? '} ' : '');
  return {
    name,
    help: spec.help,
    type: 'counter',
    collect: () => series.collect(),
    get empty() {
      return series.empty;
    },
    get errors() {
      return series.errors;
    },
    write: (page) =>
      series.slices((texts, start, end, values, at) =>
        page.sample(before, texts, start, end, after, values, at),
      ),
  };
}
