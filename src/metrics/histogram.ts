import type { HistogramSpec } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { bucketsOf } from './buckets.ts';
import { type Metric, type MetricInput, namePrefix } from './metric.ts';
import { numberText, openMetricsNumberText } from './number-text.ts';
import { SeriesTable } from './series-table.ts';

/** A histogram: for each label set the count of every bucket, and the sum. The last label is the bucket's key. */
export function createHistogram(spec: HistogramSpec, input: MetricInput): Metric {
  const name = namePrefix + spec.name;
  const { bounds, places, sumPlace, multiplier } = bucketsOf(spec);
  const elsewhere = Math.max(bounds.length, sumPlace + 1); // where keys outside of the range are counted, and not shown
  const bucketLabel = spec.labels.length - 1;
  const series = new SeriesTable({
    ...input,
    stride: elsewhere + 1,
    exportedLabels: bucketLabel,
    place: (values) => places.get(bucketKey(values[bucketLabel]!)) ?? elsewhere,
    render: (labels) => Buffer.from(labels),
  });
  const endsWith = (boundText: (bound: number) => string): Buffer[] =>
    [...bounds, Number.POSITIVE_INFINITY].map((bound) => Buffer.from(`le="${boundText(bound)}"} `));
  const ends = { text: endsWith(numberText), openmetrics: endsWith(openMetricsNumberText) };
  return {
    name,
    help: spec.help,
    type: 'histogram',
    collect: () => series.collect(input.source),
    get empty() {
      return !series.usable || series.empty;
    },
    get errors() {
      return series.errors;
    },
    write(page, format) {
      series.forEach((labels, values, at) => {
        const separator = labels.length === 0 ? '' : ',';
        let count = 0;
        for (const [place, end] of ends[format].entries()) {
          if (place < bounds.length) count += values[at + place]!;
          page.text(`${name}_bucket{`);
          page.raw(labels);
          page.text(separator);
          page.raw(end);
          page.number(count);
          page.text('\n');
        }
        for (const [suffix, value] of [
          ['sum', values[at + sumPlace]! * multiplier],
          ['count', count],
        ] as const) {
          page.text(labels.length === 0 ? `${name}_${suffix} ` : `${name}_${suffix}{`);
          page.raw(labels);
          page.text(labels.length === 0 ? '' : '} ');
          page.number(value);
          page.text('\n');
        }
      });
    },
  };
}

/** The bucket's key in decimal without leading zeros, as `Buckets.places` has it. */
function bucketKey(text: string): string {
  if (/^\d+$/.test(text)) return BigInt(text).toString();
  throw new ExporterError(
    'decode',
    `Cannot use bucket "${text}": the last label must decode to an unsigned integer`,
  );
}
