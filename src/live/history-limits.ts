/** What is kept of the past. */
export type HistoryLimits = {
  /** How far it goes back. */
  readonly seconds: number;
  /** How many points there are at most. */
  readonly points: number;
};
