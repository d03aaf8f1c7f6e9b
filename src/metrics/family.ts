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
  /** The values alone, which is quicker; undefined where a series is more than what stands in the table for it. */
  table(): SeriesValues | undefined;
  /** From now on says, before a reading, when series get other numbers; until what it returns is called. */
  follow(renumber: Renumber): () => void;
};

/** The values of a reading, by the numbers that visitors are given. Valid until the next reading begins. */
export type SeriesValues = {
  /** Those of a series begin at `first + number * stride`; all of them are -0 where the reading has not found it. */
  readonly values: Float64Array;
  readonly first: number;
  readonly stride: number;
  /** Numbers are below. */
  readonly size: number;
  /** Labels as `labelText` writes them. */
  text(number: number): string;
};

/** Given each number's new one; -1 for what is gone. */
export type Renumber = (numbers: Int32Array) => void;

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
 * `values[at]`. 7 bytes past the end may be read. All of it is valid during the call only. `number` tells it from others,
 * also in later readings unless `follow` says otherwise; -1 for the one series that stands for all beyond a limit.
 */
export type SeriesVisitor = (
  texts: DataView,
  start: number,
  end: number,
  values: Float64Array,
  at: number,
  number: number,
) => void;

export function smallFamily(
  type: FamilyType,
  name: string,
  help: string,
  samples: readonly Sample[],
): SmallFamily {
  return { name, help, type, empty: samples.length === 0, samples };
}
