import { useRef } from 'preact/hooks';

const keepMs = 15_000;

/**
 * Items in an order in which they can be read: the new ranking takes over every 15 s, and never while the pointer or the
 * focus is on the list. Newcomers stand at the end until then.
 */
export function useStillOrder<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  held: boolean,
): readonly Item[] {
  const kept = useRef<{ at: number; keys: readonly string[] }>(undefined);
  const now = performance.now();
  if (
    kept.current === undefined ||
    (!held && now - kept.current.at > keepMs) ||
    kept.current.keys.length === 0
  ) {
    kept.current = { at: now, keys: items.map(keyOf) };
    return items;
  }
  const places = new Map(kept.current.keys.map((key, index) => [key, index]));
  const placeOf = (item: Item): number => places.get(keyOf(item)) ?? Number.POSITIVE_INFINITY;
  return items.toSorted((a, b) => {
    const [left, right] = [placeOf(a), placeOf(b)];
    return left === right ? 0 : left - right;
  });
}
