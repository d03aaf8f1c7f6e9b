import type { CounterSpec } from '../config/spec.ts';
import { type Metric, type MetricInput, namePrefix } from './metric.ts';
import { SeriesTable } from './series-table.ts';

const newline = 10;

/** A counter: one value for each label set. */
export function createCounter(spec: CounterSpec, input: MetricInput): Metric {
  const name = namePrefix + spec.name;
  const series = new SeriesTable({
    ...input,
    stride: 1,
    exportedLabels: spec.labels.length,
    place: () => 0,
    render: (labels) => (labels === '' ? `${name} ` : `${name}{${labels}} `),
  });
  return {
    name,
    help: spec.help,
    type: 'counter',
    collect: () => series.collect(input.source),
    get empty() {
      return series.empty;
    },
    get errors() {
      return series.errors;
    },
    write: (page) =>
      series.slices((texts, start, end, values, at) => {
        page.copy(texts, start, end);
        page.numberAt(values, at);
        page.byte(newline);
      }),
  };
}
