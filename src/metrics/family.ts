export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/** A metric family, however it is written down. */
export type Family = SmallFamily | SeriesFamily;

type Head = {
  /** The full exported name. */
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  /** A family without series is left out. */
  readonly empty: boolean;
};

/** A family of few samples, made anew for each page. */
export type SmallFamily = Head & { readonly samples: readonly Sample[] };

export type Sample = {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** For samples that do not have the family's own name, such as `_count`. */
  readonly name?: string;
};

/** A family of any number of series, which stay where they are while they are visited. */
export type SeriesFamily = Head & {
  /** Whether series have labels; without there is one at most. */
  readonly labelled: boolean;
  /** Factor of every value, and of the sum of a histogram. */
  readonly multiplier: number;
  /** Undefined: a series has one value. */
  readonly buckets: BucketValues | undefined;
  /** Visits every series, in slices: the caller may let other work run after each. */
  series(visit: SeriesVisitor): Iterable<void>;
};

/** What the values of a histogram's series are. */
export type BucketValues = {
  /** Upper bounds in the metric's unit; the first values are the counts of these, each without the one before. */
  readonly bounds: readonly number[];
  /** Which value is the sum, before `multiplier`. */
  readonly sumPlace: number;
  /** Behind the counts of the bounds stands that of what is above the last of them. */
  readonly beyond?: boolean;
};

/**
 * Called for a series: its labels are `texts[start..end]`, written as `labelText` does, and its values begin at
 * `values[at]`. 7 bytes past the end may be read. All of it is valid during the call only.
 */
export type SeriesVisitor = (
  texts: DataView,
  start: number,
  end: number,
  values: Float64Array,
  at: number,
) => void;

export function smallFamily(
  type: FamilyType,
  name: string,
  help: string,
  samples: readonly Sample[],
): SmallFamily {
  return { name, help, type, empty: samples.length === 0, samples };
}
