import assert from 'node:assert/strict';
import type { LabelSpec } from '../config/spec.ts';
import { hostBytes } from '../decoders/decoder-testing.ts';
import type { EntrySource } from './entry-source.ts';
import type { SeriesVisitor } from './family.ts';
import type { MapReading } from './map-reading.ts';
import { keyOptions, type MetricInput, valueReader } from './metric.ts';
import { type Entry, inputOf } from './metric-testing.ts';
import { SeriesTable, type SeriesTableOptions } from './series-table.ts';

/** A table and the reading that fills it. */
export type ReadTable = { readonly table: SeriesTable; readonly reading: MapReading };

/** A table of one value for each label set over a source. */
export function tableOf(
  source: EntrySource,
  labels: readonly LabelSpec[],
  { value, ...options }: Partial<SeriesTableOptions & Pick<MetricInput, 'value'>> = {},
): ReadTable {
  const splitCpus = (options.splitCpus ?? 0) > 0;
  const input = { ...inputOf(source, labels), splitCpus, ...(value === undefined ? {} : { value }) };
  const table = new SeriesTable({
    ...keyOptions(input),
    maxSets: 0,
    places: 1,
    exportedLabels: labels.length,
    place: () => 0,
    ...options,
  });
  table.addColumn(valueReader(input));
  input.reading.sink('table', () => table);
  return { table, reading: input.reading };
}

/** Reads the table's source and returns what the table then has. */
export function collect({ table, reading }: ReadTable): Record<string, number> {
  for (const _ of reading.collect());
  const found: Record<string, number> = {};
  const visit: SeriesVisitor = (texts, start, end, values, at) => {
    found[textOf(texts, start, end)] = values[at]!;
  };
  for (const _ of table.slices(visit));
  assert.equal(table.empty, Object.keys(found).length === 0);
  return found;
}

export function textOf(texts: DataView, start: number, end: number): string {
  return Buffer.from(texts.buffer, start, end - start).toString();
}

export function ids(...numbers: readonly number[]): Entry[] {
  return numbers.map((number) => [hostBytes(4, number), number * 10]);
}
