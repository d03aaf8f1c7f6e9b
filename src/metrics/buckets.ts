import type { HistogramSpec } from '../config/spec.ts';

/** The buckets of a histogram, fixed when the config loads. */
export type Buckets = {
  /** Of the buckets, in the order counts are added up; and that of the sum. */
  readonly keys: readonly number[];
  readonly sumKey: number;
  /** Upper bounds in the metric's unit, in the order counts are added up. */
  readonly bounds: readonly number[];
  /** Place of a bucket key in `bounds`; the place after the last is the sum. */
  readonly places: ReadonlyMap<string, number>;
  /** The place whose value, times `multiplier`, is the sum. */
  readonly sumPlace: number;
  readonly multiplier: number;
};

/** Keys, bounds and the key of the sum, as the four bucket types define them. */
export function bucketsOf(spec: HistogramSpec): Buckets {
  const keys = keysOf(spec);
  const places = new Map<string, number>();
  for (const [place, key] of keys.entries()) places.set(String(key), place);
  const sumKey = (keys.at(-1) ?? 0) + 1;
  const sumPlace = places.get(String(sumKey)) ?? keys.length;
  places.set(String(sumKey), sumPlace);
  return {
    keys,
    sumKey,
    bounds:
      spec.bucketType === 'bounds'
        ? spec.buckets
        : keys.map((key) => bound(spec.bucketType, key) * spec.bucketMultiplier),
    places,
    sumPlace,
    multiplier: spec.bucketMultiplier,
  };
}

/**
 * The largest integers that are not above the bounds once they are multiplied: what observed values are compared with.
 * A bound that is one but for the rounding of its digits counts as one.
 */
export function limitsOf({ bounds, multiplier }: Pick<Buckets, 'bounds' | 'multiplier'>): number[] {
  return bounds.map((bound) => {
    const limit = bound / multiplier;
    const whole = Math.round(limit);
    return Math.abs(limit - whole) <= Math.abs(limit) * 1e-12 ? whole : Math.floor(limit);
  });
}

function keysOf({ bucketType, bucketKeys, bucketMin, bucketMax, buckets }: HistogramSpec): number[] {
  if (bucketType === 'bounds') return [...buckets.keys()];
  return bucketType === 'fixed' ? [...new Set(bucketKeys)] : range(bucketMin, bucketMax);
}

function bound(type: HistogramSpec['bucketType'], key: number): number {
  switch (type) {
    case 'exp2':
      return 2 ** key;
    case 'exp2zero':
      return key === 0 ? 0 : 2 ** (key - 1);
    default:
      return key;
  }
}

function range(min: number, max: number): number[] {
  return Array.from({ length: max - min + 1 }, (_, i) => min + i);
}
