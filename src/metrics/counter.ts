import type { CounterSpec } from '../config/spec.ts';
import { type Metric, type MetricInput, namePrefix } from './metric.ts';
import { SeriesTable } from './series-table.ts';

/** A counter: one value for each label set. */
export function createCounter(spec: CounterSpec, input: MetricInput): Metric {
  const name = namePrefix + spec.name;
  const series = new SeriesTable({
    ...input,
    stride: 1,
    exportedLabels: spec.labels.length,
    place: () => 0,
    render: (labels) => Buffer.from(labels === '' ? `${name} ` : `${name}{${labels}} `),
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
    write(page) {
      series.forEach((line, values, at) => {
        page.raw(line);
        page.number(values[at]!);
        page.text('\n');
      });
    },
  };
}
