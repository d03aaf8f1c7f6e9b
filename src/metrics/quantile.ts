/**
 * The value below which a share of observations lies, as `histogram_quantile` of PromQL estimates it: evenly spread
 * within a bucket, the first of which begins at 0. `counts` are those of each bucket alone. NaN without observations.
 */
export function quantile(share: number, bounds: readonly number[], counts: ArrayLike<number>): number {
  let all = 0;
  for (let i = 0; i < counts.length; i++) all += counts[i]!;
  if (!(all > 0)) return Number.NaN;
  let rank = share * all;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    const upper = bounds[i]!;
    if (rank > count && i < counts.length - 1) {
      rank -= count;
      continue;
    }
    const lower = i === 0 ? Math.min(0, upper) : bounds[i - 1]!;
    if (!Number.isFinite(upper) || count === 0) return lower;
    return lower + (upper - lower) * Math.min(1, rank / count);
  }
  return Number.NaN;
}
