/** What the values of a metric are measured in. `factor` times a value is in the base unit `symbol`. */
export type Unit = {
  /** `s`, `B`, `Hz`; empty for counts. */
  readonly symbol: string;
  readonly factor: number;
};

/** Numbers of things. */
export const count: Unit = { symbol: '', factor: 1 };

/** Seconds since 1970, of which only the distance to now says something. */
export const time: Unit = { symbol: 'time', factor: 1 };

const units: ReadonlyMap<string, Unit> = new Map([
  ...same('s', 1, 'seconds'),
  ...same('s', 60, 'minutes'),
  ...same('s', 1e-3, 'milliseconds', 'msec', 'msecs', 'ms'),
  ...same('s', 1e-6, 'microseconds', 'usec', 'usecs', 'us'),
  ...same('s', 1e-9, 'nanoseconds', 'nsec', 'nsecs', 'ns'),
  ...same('B', 1, 'bytes'),
  ...same('B', 1000, 'kilobytes', 'kb'),
  ...same('B', 1024, 'kibibytes', 'kib'),
  ...same('B', 1024 ** 2, 'mebibytes', 'mib'),
  ...same('bit', 1, 'bits'),
  ...same('%', 100, 'ratio'),
  ...same('%', 1, 'percent'),
  ...same('Hz', 1, 'hertz'),
  ...same('°C', 1, 'celsius'),
  ...same('V', 1, 'volts'),
  ...same('A', 1, 'amperes'),
  ...same('J', 1, 'joules'),
  ...same('W', 1, 'watts'),
]);

function same(symbol: string, factor: number, ...words: string[]): [string, Unit][] {
  return words.map((word) => [word, { symbol, factor }]);
}

/** What stands behind the unit in the names of metrics. */
const endings = /(_(total|bucket|sum|count|max|min|avg|average|current|currently|allocated))+$/;

/** Seconds that are a point in time and not a duration. */
const pointInTime = /(^|_)(timestamp|(start|boot|birth)_time)_seconds$/;

/** `(seconds)`, `in bytes`. Such words alone say too little: "bits set". */
const inHelp =
  /(?:\bin |\()((?:milli|micro|nano)?seconds|ms|us|ns|(?:kilo|kibi|mebi)?bytes|kb|kib|mib|percent)\b/i;

/** What a metric is measured in, as its name says it (`_seconds`, `_bytes_total`), or else its help (`in bytes`). */
export function unitOf(name: string, help = ''): Unit {
  const stem = name.toLowerCase().replace(endings, '');
  if (pointInTime.test(stem)) return time;
  const word = stem.slice(stem.lastIndexOf('_') + 1);
  const said = inHelp.exec(help)?.[1]?.toLowerCase() ?? '';
  return units.get(word) ?? units.get(said) ?? count;
}
