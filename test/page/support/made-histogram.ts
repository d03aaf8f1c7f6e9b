import type { HistogramView } from '../../../src/live/live.ts';
import { noise } from './made-data.ts';

type Shape = {
  bounds: number[];
  axis: HistogramView['axis'];
  middle: number;
  spread: number;
  rate: number;
};

/** One of each type of buckets: powers of two, a few fixed ones, and even ones. */
function shapeOf(name: string): Shape {
  if (name.includes('bio'))
    return {
      bounds: [...Array.from({ length: 27 }, (_, k) => 2 ** k * 1e-6)],
      axis: 'log',
      middle: 9.5,
      spread: 2.2,
      rate: 120,
    };
  if (name.includes('dns'))
    return {
      bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      axis: 'log',
      middle: 3,
      spread: 1.6,
      rate: 8,
    };
  return {
    bounds: [...Array.from({ length: 17 }, (_, k) => k)],
    axis: 'linear',
    middle: 5,
    spread: 3,
    rate: 60,
  };
}

export function madeHistogram(name: string, times: readonly number[]): HistogramView {
  const { bounds, axis, middle, spread, rate } = shapeOf(name);
  const end = times.at(-1) ?? 0;
  const counts = times.map((time, at) => {
    if (at % 61 === 60) return null;
    const late = Math.max(0, 1 - (end - time) / 180);
    return bounds.map((_, bucket) => {
      const center = middle + Math.sin(time / 200) * 0.8;
      const usual = Math.exp(-(((bucket - center) / spread) ** 2));
      const slow = late * 0.7 * Math.exp(-(((bucket - middle * 1.9) / 1.1) ** 2));
      const value = rate * (usual + slow) * (0.5 + noise(time * 3 + bucket));
      return value < rate * 0.01 ? 0 : Math.round(value * 10) / 10;
    });
  });
  const quantile = (q: number): (number | null)[] =>
    counts.map((row) => {
      if (row === null) return null;
      const wanted = row.reduce((sum, count) => sum + count, 0) * q;
      let seen = 0;
      for (const [at, count] of row.entries()) {
        seen += count;
        if (seen >= wanted) {
          const high = bounds[at] ?? 0;
          const low = at === 0 ? 0 : (bounds[at - 1] ?? 0);
          return count === 0 ? high : high - ((high - low) * (seen - wanted)) / count;
        }
      }
      return null;
    });
  return {
    sets: 1,
    bounds,
    axis,
    counts,
    quantiles: { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) },
  };
}
