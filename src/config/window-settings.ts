import * as v from 'valibot';
import { durationMs, durationPattern } from './duration.ts';
import type { Finding } from './problem.ts';
import { quote } from './quote.ts';
import { about, mapping, needed, oneOf } from './schema-parts.ts';
import { type WindowSpec, windowTakes } from './spec.ts';
import { child, found, type Item, isBlank, textOf, withoutEffect } from './tree.ts';

/** A window is made of slices of this length, at the end of each of which the map is emptied. */
const sliceMs = 5000;
const longestMs = 3_600_000;

const every = needed('a duration of whole multiples of 5s, up to 1h,');

/** `window` of a gauge. */
export const windowSettings = v.pipe(
  v.optional(
    v.pipe(
      mapping({
        every: v.pipe(
          v.string(every),
          v.regex(durationPattern, every),
          v.check((text) => isWhole(durationMs(text)), every),
          about('How long the window is: whole multiples of 5s'),
        ),
        take: v.pipe(oneOf(windowTakes), about('Which value of the window is shown')),
      }),
      v.transform(({ every, take }): WindowSpec => ({ everyMs: durationMs(every), take })),
    ),
  ),
  about('Entries are taken out of the map, and shown is what they were in the last window'),
);

function isWhole(ms: number): boolean {
  return ms >= sliceMs && ms <= longestMs && ms % sliceMs === 0;
}

/** All entries are taken out of the map, so that key 0 alone cannot be read. */
export function checkWindow({ value, path }: Item): Finding[] {
  if (value.window === undefined || !isBlank(value.labels)) return [];
  return found([...path, 'window'], 'a window of a gauge without labels; labels of the key are needed');
}

/** Whoever else reads the map of a window would find it empty: all of its metrics have one, and nothing else deletes. */
export function checkWindows(gauges: readonly Item[], others: readonly Item[], root: Item): Finding[] {
  const mapOf = (metric: Item): string | undefined => textOf(metric, 'map') ?? textOf(metric, 'name');
  const windows = gauges.filter(({ value }) => value.window !== undefined);
  const maps = new Set(windows.map(mapOf));
  const without = [...gauges, ...others].filter(
    (metric) =>
      metric.value.window === undefined && metric.value.ringbuf === undefined && maps.has(mapOf(metric)),
  );
  const settings = child(root, 'maps');
  return [
    ...without.flatMap((metric) =>
      found(
        metric.path,
        `metric reads map ${quote(mapOf(metric) ?? '')}, whose entries a window takes out; a gauge with a window, or another map, is needed`,
      ),
    ),
    ...[...maps].flatMap((map) =>
      map === undefined
        ? []
        : withoutEffect(child(settings, map), ['expire_after'], 'a map that no window empties'),
    ),
  ];
}
