/** More about an event than its message, by name: `code`, `source`. */
export type Fields = Readonly<Record<string, string>>;

export type LogEvent = {
  /** ISO 8601; undefined where no timestamps are wanted. */
  readonly time: string | undefined;
  readonly level: string;
  /** May have several lines, such as the end of a verifier's log. */
  readonly message: string;
  readonly fields: Fields;
};

/** How an event is written, without the last line feed. Each line can be read by itself. */
export const logFormats = {
  /** `time=... level=warn msg="..." code=...`. Each line of a message is one of the log, so that people can read it. */
  logfmt: ({ time, level, message, fields }: LogEvent): string =>
    message
      .split('\n')
      .map((line) => pairs({ ...(time === undefined ? {} : { time }), level, msg: line, ...fields }))
      .join('\n'),
  /** One line for each event. */
  json: ({ time, level, message, fields }: LogEvent): string =>
    JSON.stringify({ time, level, msg: message, ...fields }),
} as const;

export type LogFormat = keyof typeof logFormats;

function pairs(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(' ');
}

/** As Go's logfmt writers do: quotes where a reader would otherwise not find the end, escapes as in JSON. */
function quoted(value: string): string {
  return /^[^\s"=\\\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
}
