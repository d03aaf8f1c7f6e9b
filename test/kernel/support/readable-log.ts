const line = /^(?:time=\S+ )?level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)/;

/**
 * A log in logfmt as people would write it: `WARN  Not loaded: x`, further lines of a message as they are. Lines that are
 * not of the log stay. Lets tests match what is said without its quotes.
 */
export function readableLog(text: string): string {
  return text
    .split('\n')
    .map((one) => {
      const [, level = '', quoted = ''] = line.exec(one) ?? [];
      if (level === '') return one;
      const message = quoted.startsWith('"') ? JSON.parse(quoted) : quoted;
      return message.startsWith('  ') ? message : `${level.toUpperCase().padEnd(5)} ${message}`;
    })
    .join('\n');
}
