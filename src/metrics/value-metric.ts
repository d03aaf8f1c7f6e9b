import { keyOptions, type Metric, type MetricInput, namePrefix, valueReader } from './metric.ts';
import { SeriesTable } from './series-table.ts';

type ValueSpec = { readonly name: string; readonly help: string; readonly labels: readonly unknown[] };

/** A counter or gauge: one value for each label set. Those of one map that have the same labels share a table. */
export function createValueMetric(type: 'counter' | 'gauge', spec: ValueSpec, input: MetricInput): Metric {
  const table = input.reading.sink(
    `values by ${input.labelsId}`,
    () =>
      new SeriesTable({
        ...keyOptions(input),
        places: 1,
        exportedLabels: spec.labels.length,
        place: () => 0,
      }),
  );
  const column = table.addColumn(valueReader(input));
  return {
    name: namePrefix + spec.name,
    help: spec.help,
    type,
    labelled: spec.labels.length > 0,
    multiplier: 1,
    buckets: undefined,
    get empty() {
      return table.empty;
    },
    series: (visit) => table.slices(visit, column),
  };
}
