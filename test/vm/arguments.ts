export type Arguments = {
  /** Series, as `6.12` or `6.12-arm64`; empty when none is asked for. */
  readonly kernels: readonly string[];
  readonly timeLimitSeconds: number | undefined;
  readonly rest: readonly string[];
};

export class UsageError extends Error {}

/** Takes `--kernel SERIES` (again and again) and `--time-limit SECONDS` out of arguments, before `--` or a command. */
export function parseArguments(args: readonly string[], { command = false } = {}): Arguments {
  const kernels: string[] = [];
  const rest: string[] = [];
  let timeLimitSeconds: number | undefined;
  for (let at = 0; at < args.length; at++) {
    const [, name, inline] = /^--(kernel|time-limit)(?:=(.*))?$/.exec(args[at]!) ?? [];
    if (name === undefined) {
      // What follows a command belongs to it.
      if (command) return { kernels, timeLimitSeconds, rest: args.slice(args[at] === '--' ? at + 1 : at) };
      rest.push(args[at]!);
      continue;
    }
    const value = inline ?? args[++at] ?? '';
    if (name === 'kernel') {
      if (!/^\d+\.\d+(-arm64)?$/.test(value))
        throw new UsageError(`--kernel "${value}": a series such as 6.12 is needed`);
      kernels.push(value);
    } else {
      timeLimitSeconds = Number(value);
      if (!(timeLimitSeconds > 0)) throw new UsageError(`--time-limit "${value}": seconds are needed`);
    }
  }
  return { kernels, timeLimitSeconds, rest };
}
