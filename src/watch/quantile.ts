/**
 * The value below which a share of observations lies, as PromQL's histogram_quantile has it: evenly spread within a
 * bucket, the first of which begins at 0. `counts` are those of each bucket alone. NaN without observations.
 */
export function quantile(share: number, bounds: readonly number[], counts: ArrayLike<number>): number {
  let all = 0;
  for (let i = 0; i < bounds.length; i++) all += counts[i]!;
  if (!(all > 0)) return Number.NaN;
  let rank = share * all;
  for (let i = 0; i < bounds.length; i++) {
    const count = counts[i]!;
    const isLast = i === bounds.length - 1;
    if (rank > count && !isLast) {
      rank -= count;
      continue;
    }
    const lower = i === 0 ? Math.min(0, bounds[0]!) : bounds[i - 1]!;
    const upper = bounds[i]!;
    return Number.isFinite(upper) && count > 0 ? lower + (upper - lower) * Math.min(1, rank / count) : lower;
  }
  return Number.NaN;
}
