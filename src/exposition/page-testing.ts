import type { Family } from '../metrics/family.ts';
import type { MapReading } from '../metrics/map-reading.ts';
import { createEncoders } from './encoders.ts';
import type { Format } from './format.ts';
import { Page } from './page.ts';

/** The page of families as text. */
export function pageText(families: readonly Family[], format: Format = 'text'): string {
  const page = new Page(1);
  for (const _ of createEncoders()[format].write(page, families));
  return page.bytes().toString();
}

/** A metric, and what it is read by. */
export type ReadMetric = { readonly metric: Family; readonly reading: MapReading };

/** Reads a metric's map and returns the metric's sample lines. */
export function scrape({ metric, reading }: ReadMetric): string[] {
  for (const _ of reading.collect());
  const text = pageText([metric]);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
