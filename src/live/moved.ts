/** Makes the mean absolute deviation of a normal distribution its standard deviation. */
const madScale = 1.4826;
/** A metric is taken to be no steadier than that, as a share of what it is. */
const steadiness = 0.05;
/** Points that are the present; what is before is what it is compared with. */
const presentPoints = 4;
const fewestBefore = 4;

/**
 * By how much the present differs from what was before, in what is usual for this metric:
 * |median of the last 4 points - median of those before| / their median absolute deviation. That is at least a 20th of
 * the larger median, so nothing is above 20, which is what a metric has that was 0 before. 0 while too little is known.
 */
export function movedBy(points: readonly (number | null)[]): number {
  const present = points.slice(-presentPoints).filter((point) => point !== null);
  const before = points.slice(0, -presentPoints).filter((point) => point !== null);
  if (present.length === 0 || before.length < fewestBefore) return 0;
  const now = median(present);
  const usual = median(before);
  const deviation = madScale * median(before.map((point) => Math.abs(point - usual)));
  const least = steadiness * Math.max(Math.abs(now), Math.abs(usual));
  const difference = Math.abs(now - usual);
  return difference === 0 ? 0 : difference / Math.max(deviation, least);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
