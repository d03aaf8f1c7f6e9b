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
  const keys =
    spec.bucketType === 'fixed' ? [...new Set(spec.bucketKeys)] : range(spec.bucketMin, spec.bucketMax);
  const places = new Map<string, number>();
  for (const [place, key] of keys.entries()) places.set(String(key), place);
  const sumKey = (keys.at(-1) ?? 0) + 1;
  const sumPlace = places.get(String(sumKey)) ?? keys.length;
  places.set(String(sumKey), sumPlace);
  return {
    keys,
    sumKey,
    bounds: keys.map((key) => bound(spec.bucketType, key) * spec.bucketMultiplier),
    places,
    sumPlace,
    multiplier: spec.bucketMultiplier,
  };
}

function bound(type: HistogramSpec['bucketType'], key: number): number {
  switch (type) {
    case 'exp2':
      return 2 ** key;
    case 'exp2zero':
      return key === 0 ? 0 : 2 ** (key - 1);
    case 'linear':
    case 'fixed':
      return key;
  }
}

function range(min: number, max: number): number[] {
  return Array.from({ length: max - min + 1 }, (_, i) => min + i);
}
