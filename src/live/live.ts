/**
 * What `GET /api/v1/live` answers: JSON, or with `Accept: text/event-stream` an event `live` for each reading, about one
 * a second. docs/api.md describes it for its users.
 *
 * Query: `metric=NAME` (up to 8, one view each), `search=TEXT`, `top=N`, `pin=KEY` (repeated), `seconds=N` of history.
 * Times are seconds since 1970, durations seconds, shares fractions of one CPU. `null` is a point that nobody read.
 */
export type Live = {
  readonly version: 1;
  /** Of the reading. */
  readonly time: number;
  readonly status: Status;
  /** Those that moved most come first. */
  readonly metrics: readonly MetricSummary[];
  readonly views: readonly MetricView[];
  /** Names of `metric=` that there are not. */
  readonly unknown: readonly string[];
  /** Only with `--web.ui-spans`; the latest first. */
  readonly traces?: readonly Trace[];
};

export type Status = {
  readonly build: { readonly version: string; readonly node: string; readonly libbpf?: string };
  readonly host: { readonly name: string; readonly kernel: string; readonly architecture: string };
  readonly startedAt: number;
  readonly privileges: {
    readonly user: string;
    readonly capabilities: readonly string[];
    readonly noNewPrivileges: boolean;
    readonly systemCallFilter: boolean;
  };
  readonly lastScrape?: ScrapeInfo;
  /** The worst first; empty when all is well. */
  readonly problems: readonly Problem[];
  readonly configs: readonly { readonly name: string; readonly loaded: boolean; readonly error?: string }[];
  /** `command` turns the kernel's statistics of programs on. */
  readonly statistics: { readonly enabled: boolean; readonly command: string };
  readonly programs: readonly ProgramInfo[];
  readonly maps: readonly MapInfo[];
  readonly streams: readonly { readonly config: string; readonly map: string; readonly lost: number }[];
  readonly decoderErrors: readonly DecoderErrors[];
  readonly spans?: { readonly sent: number; readonly dropped: Readonly<Record<string, number>> };
};

export type ScrapeInfo = {
  readonly time: number;
  readonly seconds: number;
  /** Samples of configured metrics; absent where no history is kept. */
  readonly series?: number;
  /** Address, without the port. */
  readonly client: string;
};

export type Problem = {
  readonly severity: 'error' | 'warning';
  readonly what: string;
  /** Config, program, map or metric, as `timers: program do_count`. */
  readonly where: string;
  readonly remedy?: string;
  /** To be copied. */
  readonly command?: string;
};

export type ProgramInfo = {
  readonly config: string;
  readonly name: string;
  readonly section: string;
  /** Absent when it is not in the kernel. */
  readonly id?: number;
  readonly attached: boolean;
  readonly reason?: string;
  /** These are of the last ten seconds, and absent while the kernel keeps no statistics. */
  readonly runsPerSecond?: number;
  /** Absent when it did not run. */
  readonly secondsPerRun?: number;
  readonly cpuShare?: number;
};

export type MapInfo = {
  readonly config: string;
  readonly name: string;
  readonly type: string;
  readonly maxEntries: number;
  /** Of the last reading. */
  readonly entries?: number;
  /** Meant to be full. */
  readonly lru: boolean;
};

export type DecoderErrors = {
  readonly config: string;
  readonly count: number;
  /** Of the last key that could not be decoded. */
  readonly metric?: string;
  readonly keyHex?: string;
  readonly message?: string;
};

export type Unit = 'seconds' | 'bytes' | 'ratio' | 'none';

export type MetricKind = 'counter' | 'gauge' | 'histogram';

export type MetricSummary = {
  readonly config: string;
  /** As the config has it; `metric=` takes this, or the name that is exported. */
  readonly name: string;
  /** In front of which stands `ebpf_exporter_`. */
  readonly exportedName: string;
  readonly kind: MetricKind;
  readonly help: string;
  /** What a value is, from name and help. Counters are shown by second. */
  readonly unit: Unit;
  readonly labels: readonly string[];
  readonly series: number;
  /** How much it differs from its own last 15 minutes; 0 is not at all. */
  readonly moved: number;
  /** A rate for counters and histograms (observations), the sum of values for gauges; null before two readings. */
  readonly now: number | null;
  /** The same over the last 15 minutes, evenly spaced, oldest first: 60 points. Events have it every 15 s. */
  readonly recent?: readonly (number | null)[];
  /** The label that holds stacks, if one does. */
  readonly stackLabel?: string;
  readonly disabled?: string;
};

export type MetricView = {
  readonly config: string;
  readonly name: string;
  /**
   * True: what has a place for each of `times` goes on behind that of the event before; the series are the same, in the
   * same order. Otherwise this replaces what was before. Never true outside of events.
   */
  readonly continues: boolean;
  /** Oldest first; not evenly spaced. */
  readonly times: readonly number[];
  /** How many label sets there are, and how many the search leaves. */
  readonly total: number;
  readonly matched: number;
  /** Pinned ones first, then the largest. Histograms: rate of observations. */
  readonly series: readonly SeriesView[];
  readonly histogram?: HistogramView;
  /** The largest 500 of a metric with stacks, all of them at every event. */
  readonly stacks?: readonly StackView[];
  readonly promql: readonly { readonly title: string; readonly query: string }[];
};

export type StackView = {
  /** Root first. */
  readonly frames: readonly string[];
  /** The other labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of a counter a smoothed rate, null before two readings; of a gauge its value. */
  readonly value: number | null;
  /** Of a counter what it counted so far. */
  readonly total: number;
};

export type SeriesView = {
  /** Names it in `pin`; its labels as the exposition has them. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (number | null)[];
  readonly pinned: boolean;
};

/** Of the series that `pin` names, else of those that the search leaves, else of all. */
export type HistogramView = {
  /** How many label sets are in it; with `pin` or `search` only those whose points are kept. */
  readonly sets: number;
  readonly axis: 'linear' | 'log';
  /** Upper bounds, ascending. */
  readonly bounds: readonly number[];
  /** By time, then by bucket: observations a second in that bucket alone. */
  readonly counts: readonly (readonly number[] | null)[];
  readonly quantiles: {
    readonly p50: readonly (number | null)[];
    readonly p90: readonly (number | null)[];
    readonly p99: readonly (number | null)[];
  };
};

export type Trace = {
  readonly id: string;
  readonly spans: readonly {
    readonly id: string;
    readonly parentId?: string;
    readonly config: string;
    readonly name: string;
    readonly service: string;
    readonly start: number;
    readonly seconds: number;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
};
