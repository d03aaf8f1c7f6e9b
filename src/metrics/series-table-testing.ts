import assert from 'node:assert/strict';
import type { LabelSpec } from '../config/spec.ts';
import { hostBytes } from '../decoders/decoder-testing.ts';
import type { EntrySource } from './entry-source.ts';
import { type Entry, inputOf } from './metric-testing.ts';
import { SeriesTable, type SeriesTableOptions } from './series-table.ts';

/** A table of one value for each label set over a source. */
export function tableOf(
  source: EntrySource,
  labels: readonly LabelSpec[],
  options: Partial<SeriesTableOptions> = {},
): SeriesTable {
  return new SeriesTable({
    ...inputOf(source, labels),
    stride: 1,
    exportedLabels: labels.length,
    place: () => 0,
    ...options,
  });
}

/** Reads the table's source and returns what the table then has. */
export function collect(table: SeriesTable): Record<string, number> {
  for (const _ of table.collect());
  const found: Record<string, number> = {};
  const visit: Parameters<SeriesTable['slices']>[0] = (texts, start, end, values, at) => {
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
