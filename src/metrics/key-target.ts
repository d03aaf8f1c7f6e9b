// What stands in the key table for a key, and for each CPU where those are split: the number of its series, or why it has
// none.

export const skipped = -1;
export const undecodable = -2;
export const unusable = -3;

/** The target of a key whose answer is no longer right; below it, one that still holds the series it had. */
export const outdated = -4;

/** A target that says that it is outdated, and what it was. */
export function outdatedOf(target: number): number {
  if (target <= outdated) return target;
  return target < 0 ? outdated : outdated - 1 - target;
}

/** The series of a target, outdated or not; below 0 for one without. */
export function seriesOf(target: number): number {
  return target >= outdated ? target : outdated - 1 - target;
}
