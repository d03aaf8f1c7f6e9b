import type { HistogramSpec } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { bucketsOf } from './buckets.ts';
import { type Metric, type MetricInput, namePrefix } from './metric.ts';
import { numberText, openMetricsNumberText } from './number-text.ts';
import { type Piece, piece } from './page.ts';
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
  });
  const labelled = bucketLabel > 0;
  const endsWith = (boundText: (bound: number) => string): Piece[] =>
    [...bounds, Number.POSITIVE_INFINITY].map((bound) =>
      piece(`${labelled ? ',' : ''}le="${boundText(bound)}"} `),
    );
  const ends = { text: endsWith(numberText), openmetrics: endsWith(openMetricsNumberText) };
  const bucketStart = piece(`${name}_bucket{`);
  const sumStart = piece(`${name}_sum${labelled ? '{' : ' '}`);
  const countStart = piece(`${name}_count${labelled ? '{' : ' '}`);
  const labelsEnd = piece(labelled ? '} ' : '');
  const shown = new Float64Array(1);
  return {
    name,
    help: spec.help,
    type: 'histogram',
    collect: () => series.collect(),
    get empty() {
      return !series.usable || series.empty;
    },
    get errors() {
      return series.errors;
    },
    write: (page, format) => {
      const bucketEnds = ends[format];
      return series.slices((texts, start, end, values, at) => {
        shown[0] = 0;
        for (let place = 0; place < bucketEnds.length; place++) {
          if (place < bounds.length) shown[0]! += values[at + place]!;
          page.sample(bucketStart, texts, start, end, bucketEnds[place]!, shown, 0);
        }
        const count = shown[0]!;
        shown[0] = values[at + sumPlace]! * multiplier;
        page.sample(sumStart, texts, start, end, labelsEnd, shown, 0);
        shown[0] = count;
        page.sample(countStart, texts, start, end, labelsEnd, shown, 0);
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
