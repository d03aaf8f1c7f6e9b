import type { CompiledLabels } from '../decoders/compile.ts';
import type { ExporterError } from '../errors.ts';
import { composedKeys } from './composed-keys.ts';
import type { SeriesFamily } from './family.ts';
import type { MapReading } from './map-reading.ts';
import {
  compileValue,
  type PlacedSlots,
  type PlacedValue,
  type ValuePart,
  type ValueReader,
} from './placed-value.ts';
import type { SeriesTableOptions } from './series-table.ts';

/** What is in front of every name that configs define. */
export const namePrefix = 'ebpf_exporter_';

/** What a metric reads, and how keys and values are to be understood. */
export type MetricInput = {
  readonly reading: MapReading;
  readonly labels: CompiledLabels;
  /** The same for metrics of one reading that have the same labels. */
  readonly labelsId: string;
  /** Leading bytes of the source's key that the labels describe. */
  readonly keyBytes: number;
  /** Every CPU's value is a series of its own; the last label is the CPU's index, appended to the key as a u16. */
  readonly splitCpus: boolean;
  readonly value: PlacedValue;
  readonly slots?: PlacedSlots | undefined;
  /** What stands behind the key for labels that are fields of the value. */
  readonly valueParts?: readonly ValuePart[];
  /** The CPUs that are online now, as numbered by the kernel. */
  onlineCpus(): readonly number[];
  /** See `KeySeriesOptions`. */
  readonly skipCacheSize: number;
  readonly nowMs?: (() => number) | undefined;
  onError(error: ExporterError, key: Buffer): void;
};

/** A metric of a config: its series are those of the last reading. */
export type Metric = SeriesFamily & {
  /** Label sets of the last reading that are not series of their own; undefined where there is no limit. */
  readonly limited: number | undefined;
};

/** What every metric tells its table. */
export function keyOptions(
  input: MetricInput,
): Omit<SeriesTableOptions, 'places' | 'exportedLabels' | 'place' | 'maxSets'> {
  const { labels, keyBytes, skipCacheSize, nowMs, onError, splitCpus, valueParts = [] } = input;
  const { keySize, valuesPerEntry, valueStride } = input.reading.source;
  const more = valueParts.reduce((sum, { size }) => sum + size, 0);
  return {
    labels,
    keySize: keySize + more,
    keyBytes: keyBytes + more,
    sourceKeySize: keySize,
    composeKeys: valueParts.length > 0 ? composedKeys(keySize, valueStride, valueParts) : undefined,
    splitCpus: splitCpus ? valuesPerEntry : 0,
    skipCacheSize,
    nowMs,
    onError,
  };
}

/** Reads the metric's value, or another; CPUs that are no series of their own are summed. */
export function valueReader(
  { reading: { source }, splitCpus, ...input }: MetricInput,
  value: PlacedValue = input.value,
): ValueReader {
  return compileValue(value, source.valueStride, splitCpus ? 1 : source.valuesPerEntry);
}
