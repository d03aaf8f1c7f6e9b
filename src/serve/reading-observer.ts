import type { Family } from '../metrics/family.ts';

/** A reading as it was found: its families can be visited until whoever is shown it returns. */
export type SeenReading = {
  /** Seconds since 1970, when it was made. */
  readonly time: number;
  /** Of those configs that were read; metrics of maps that could not be read are not there. */
  readonly byConfig: ReadonlyMap<string, readonly Family[]>;
};

/** Looks at a reading, in slices. The next reading waits for it, so it has to be quick. */
export type ReadingObserver = (reading: SeenReading) => Iterable<void>;
