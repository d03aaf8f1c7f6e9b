/** A word as a POSIX shell reads it back. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A script that runs one command in a directory with these variables besides. */
export function commandScript(
  command: string,
  { directory, env }: { readonly directory: string; readonly env: Readonly<Record<string, string>> },
): string {
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`);
  return [...exports, `cd ${quote(directory)} || exit 1`, command, ''].join('\n');
}

/** The command that arguments stand for: one is a line for the shell, several are a command and its arguments. */
export function commandOf(args: readonly string[]): string {
  return args.length === 1 ? args[0]! : args.map(quote).join(' ');
}
