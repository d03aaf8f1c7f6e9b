import type { Family } from '../metrics/family.ts';
import type { Metric } from '../metrics/metric.ts';
import { createEncoders } from './encoders.ts';
import type { Format } from './format.ts';
import { Page } from './page.ts';

/** The page of families as text. */
export function pageText(families: readonly Family[], format: Format = 'text'): string {
  const page = new Page(1);
  for (const _ of createEncoders()[format].write(page, families));
  return page.bytes().toString();
}

/** Collects a metric and returns its sample lines. */
export function scrape(metric: Metric): string[] {
  for (const _ of metric.collect());
  const text = pageText([metric]);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
