import { useRef } from 'preact/hooks';
import { lineColors, useScheme } from './scheme.ts';

export type LineStyle = { readonly color: string; readonly dash: number[] };

const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

/** How the line of each series of a metric looks: it keeps that while others come and go. */
export function useLineStyles(metric: string): (key: string) => LineStyle {
  const scheme = useScheme();
  const given = useRef<{ metric: string; places: Map<string, number> }>(undefined);
  if (given.current?.metric !== metric) given.current = { metric, places: new Map() };
  const { places } = given.current;
  return (key) => {
    const place = places.get(key) ?? places.size;
    places.set(key, place);
    const colors = lineColors[scheme];
    const dash = dashes[Math.floor(place / colors.length) % dashes.length]!;
    return { color: colors[place % colors.length]!, dash };
  };
}
