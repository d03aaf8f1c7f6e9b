import type { CounterSpec, GaugeSpec } from '../config/spec.ts';
import type { SeriesVisitor } from './family.ts';
import { compileCpuValues, type GaugePart, partsOf } from './gauge-value.ts';
import { keyOptions, type Metric, type MetricInput, namePrefix, valueReader } from './metric.ts';
import type { ValueReader } from './placed-value.ts';
import { SeriesTable } from './series-table.ts';
import { WindowReading } from './window-reading.ts';
import { windowed } from './windowed-gauge.ts';

/** A counter: one value for each label set, that of its CPUs and of its keys together. */
export function createCounter(spec: CounterSpec, input: MetricInput): Metric {
  const table = tableOf(spec, input);
  const column = table.addColumn(valueReader(input));
  return {
    ...headOf(spec),
    get empty() {
      return table.empty;
    },
    get limited() {
      return spec.maxSeries > 0 ? table.folded : undefined;
    },
    series: (visit) => table.slices(visit, column),
    table: () => table.columns(column),
    follow: (renumber) => table.follow(renumber),
  };
}

/** A gauge: one value for each label set, which may fall. */
export function createGauge(spec: GaugeSpec, input: MetricInput): Metric {
  const table = tableOf(spec, input);
  const parts = partsOf[spec.aggregate];
  const [column = 0] = parts.map((part) => table.addColumn(partReader(part, input), { part, falls: true }));
  const averaged = spec.aggregate === 'avg';
  const gauge: Metric = {
    ...headOf(spec),
    get empty() {
      return table.empty;
    },
    get limited() {
      return spec.maxSeries > 0 ? table.folded : undefined;
    },
    series: (visit) => table.slices(averaged ? averages(visit) : visit, column),
    table: () => (averaged ? undefined : table.columns(column)),
    follow: (renumber) => table.follow(renumber),
  };
  const { reading } = input;
  return spec.window !== undefined && reading instanceof WindowReading
    ? windowed(gauge, spec.window, reading)
    : gauge;
}

/** The table of all metrics of one map that have the same labels. */
function tableOf({ labels, maxSeries }: CounterSpec | GaugeSpec, input: MetricInput): SeriesTable {
  return input.reading.sink(
    `up to ${maxSeries} values by ${input.labelsId}`,
    () =>
      new SeriesTable({
        ...keyOptions(input),
        maxSets: maxSeries,
        places: 1,
        exportedLabels: labels.length,
        place: () => 0,
      }),
  );
}

function headOf({ name, help, kind, labels, multiplier }: CounterSpec | GaugeSpec) {
  return {
    name: namePrefix + name,
    help,
    type: kind,
    labelled: labels.length > 0,
    multiplier,
    buckets: undefined,
  };
}

function partReader(part: GaugePart, input: MetricInput): ValueReader {
  const { source } = input.reading;
  if (!input.splitCpus && source.valuesPerEntry > 1) {
    return compileCpuValues(input.value, source, part, input.onlineCpus);
  }
  return part === 'count' ? (_values, _first, count, out) => out.fill(1, 0, count) : valueReader(input);
}

/** The first value by the second. */
function averages(visit: SeriesVisitor): SeriesVisitor {
  const average = new Float64Array(1);
  return (texts, start, end, values, at, number) => {
    average[0] = values[at]! / values[at + 1]!;
    visit(texts, start, end, average, 0, number);
  };
}
