import type { Unit } from '../units/unit-of.ts';

/** What was last read of a label set, and how much that was more than before. */
export type SeriesState = {
  /** As text in one line, `a=1 b=2`; empty for a series without labels. */
  readonly labels: string;
  /** The value of a gauge or counter; of a histogram how many were observed. */
  value: number;
  /** Change per second; NaN at the first reading. Of a gauge too. */
  rate: number;
  /** Of a histogram: observations in each bucket alone since it began, and since the reading before. */
  counts: Float64Array;
  changes: Float64Array;
  /** Of a histogram: the sum, and its change since the reading before. */
  sum: number;
  sumChange: number;
  /** The reading that saw it last. */
  seen: number;
};

/** What one reading found of all series together. */
export type Moment = {
  /** A rate, or of a gauge the sum of its values; NaN when nothing is known. */
  readonly total: number;
  /** Of a histogram: observations per second in each bucket. */
  readonly buckets: Float64Array | undefined;
};

/** A metric as it is watched. */
export type MetricState = {
  readonly config: string;
  /** Without the exporter's prefix. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly unit: Unit;
  /** Upper bounds of a histogram's buckets, the last of which may be infinite. */
  readonly bounds: readonly number[];
  /** By their labels as the exporter has them. */
  readonly series: Map<string, SeriesState>;
  /** The latest is the last. */
  readonly history: Moment[];
};
