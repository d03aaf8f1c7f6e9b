/** A bucket as a strip of a heat map: what it counts, and where it is drawn. */
export type Strip = {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
};

/**
 * Strips of buckets with these upper bounds (null is infinity). On a logarithmic axis, the first bucket and one that
 * ends at zero have no place of their own, and nor has the last one without an end: each is drawn a bucket wide.
 */
export function strips(bounds: readonly (number | null)[], axis: 'linear' | 'log'): Strip[] {
  const finite = bounds.filter((bound) => bound !== null);
  if (finite.length === 0) return [{ from: 0, to: Number.POSITIVE_INFINITY, low: 0, high: 1 }];
  const positive = finite.filter((bound) => bound > 0);
  const logarithmic = axis === 'log' && positive.length > 0;
  const edges = logarithmic ? logEdges(finite, positive) : linearEdges(finite);
  return bounds.map((bound, index) => ({
    from: index === 0 ? Number.NEGATIVE_INFINITY : (bounds[index - 1] ?? Number.NEGATIVE_INFINITY),
    to: bound ?? Number.POSITIVE_INFINITY,
    low: edges[index]!,
    high: edges[index + 1] ?? beyond(edges, logarithmic),
  }));
}

/** One more edge than there are finite bounds. */
function linearEdges(finite: readonly number[]): number[] {
  const width = finite.length > 1 ? finite[1]! - finite[0]! : Math.abs(finite[0]!) || 1;
  const first = finite[0]!;
  return [first > 0 && first <= width * 1.5 ? 0 : first - width, ...finite];
}

function logEdges(finite: readonly number[], positive: readonly number[]): number[] {
  const ratio = positive.length > 1 ? positive[1]! / positive[0]! : 2;
  const nonPositive = finite.length - positive.length;
  const below = Array.from(
    { length: nonPositive + 1 },
    (_, index) => positive[0]! / ratio ** (nonPositive + 1 - index),
  );
  return [...below, ...positive];
}

function beyond(edges: readonly number[], logarithmic: boolean): number {
  const last = edges.at(-1)!;
  const before = edges.at(-2) ?? (logarithmic ? last / 2 : last - 1);
  return logarithmic ? last * Math.min(last / before, 4) : last + (last - before);
}

/** The first and the last strip that ever counted something, with one beside each to breathe; all when none did. */
export function usedStrips(counts: readonly (readonly number[] | null)[], length: number): [number, number] {
  let first = length;
  let last = -1;
  for (const row of counts) {
    if (row === null) continue;
    for (let index = 0; index < row.length; index++) {
      if (row[index]! > 0) {
        first = Math.min(first, index);
        last = Math.max(last, index);
      }
    }
  }
  return last === -1 ? [0, length - 1] : [Math.max(0, first - 1), Math.min(length - 1, last + 1)];
}
