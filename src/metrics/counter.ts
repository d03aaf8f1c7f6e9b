import type { CounterSpec } from '../config/spec.ts';
import { type Metric, type MetricInput, namePrefix } from './metric.ts';
import { piece } from './page.ts';
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
  });
  const bareStart = piece(`${name} `);
  const labelsStart = piece(`${name}{`);
  const labelsEnd = piece('} ');
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
        if (end > start) {
          page.piece(labelsStart);
          page.copy(texts, start, end);
          page.piece(labelsEnd);
        } else page.piece(bareStart);
        page.numberAt(values, at);
        page.byte(newline);
      }),
  };
}
