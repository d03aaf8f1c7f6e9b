/**
 * The value below which a share of observations lies, as `histogram_quantile` of PromQL estimates it: evenly spread
 * within a bucket, the first of which begins at 0. `counts` are those of each bucket alone. NaN without observations.
 */
export function quantile(share: number, bounds: readonly number[], counts: readonly number[]): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (!(all > 0)) return Number.NaN;
  let rank = share * all;
  for (const [i, count] of counts.entries()) {
    const upper = bounds[i]!;
    if (rank > count && i < counts.length - 1) {
      rank -= count;
      continue;
    }
    const lower = i === 0 ? Math.min(0, upper) : bounds[i - 1]!;
    if (!Number.isFinite(upper) || count === 0) return lower;
    return lower + (upper - lower) * (rank / count);
  }
  return Number.NaN;
}

/** Whether bounds are evenly spaced; else they are shown on a logarithmic axis. */
export function axisOf(bounds: readonly number[]): 'linear' | 'log' {
  const steps = bounds.slice(1).map((bound, i) => bound - bounds[i]!);
  const even = steps.every((step) => Math.abs(step - steps[0]!) <= 1e-6 * Math.abs(steps[0]!));
  return even ? 'linear' : 'log';
}
