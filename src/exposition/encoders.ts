import type { Family } from '../metrics/family.ts';
import type { Format } from './format.ts';
import type { Page } from './page.ts';
import { TextEncoder } from './text-encoder.ts';

/** Writes families into a page, in slices: the caller may let other work run after each. */
export type Encoder = { write(page: Page, families: readonly Family[]): Iterable<void> };

/** An encoder for each format. Whoever writes pages again and again keeps them, and with them what they prepared. */
export function createEncoders(): Readonly<Record<Format, Encoder>> {
  return { text: new TextEncoder('text'), openmetrics: new TextEncoder('openmetrics') };
}
