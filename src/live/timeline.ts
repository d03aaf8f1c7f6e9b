import type { MetricHistory } from './metric-history.ts';

/** A point of a history. */
export type TimePoint = {
  readonly history: MetricHistory;
  readonly place: number;
  readonly time: number;
  /** Since the point before; NaN for the first. */
  readonly seconds: number;
};

/** The points of a metric, the oldest first: those of the coarse history up to where the fine one begins. */
export function timelineOf(
  coarse: MetricHistory | undefined,
  fine: MetricHistory | undefined,
  since = Number.NEGATIVE_INFINITY,
): TimePoint[] {
  const late = fine === undefined ? [] : pointsOf(fine).slice(1); // of the first nobody knows what was before
  const from = late[0]?.time ?? Number.POSITIVE_INFINITY;
  const early = coarse === undefined ? [] : pointsOf(coarse).filter(({ time }) => time < from);
  return [...early, ...late].filter(({ time }) => time > since);
}

function pointsOf(history: MetricHistory): TimePoint[] {
  const { times } = history;
  return history.places().map((place, i, all) => ({
    history,
    place,
    time: times[place]!,
    seconds: i === 0 ? Number.NaN : times[place]! - times[all[i - 1]!]!,
  }));
}

/** What a number is in JSON: five digits, or null when nobody knows. */
export function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(5)) : null;
}
