import { isCommandName, unknownCommand } from './command-names.ts';
import { exitCodes } from './exit-codes.ts';
import { loadCommands } from './load-commands.ts';
import { serve } from './serve.ts';

/** The whole life of the process: a command if the first argument is a word, else `serve`. Returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  // Whoever reads our log may go; there is nobody left to tell, and the metrics are still wanted.
  process.stderr.on('error', () => undefined);
  const [name = '-', ...rest] = args;
  if (name.startsWith('-')) return serve(args);
  if (name === 'serve') return serve(rest);
  if (isCommandName(name)) return loadCommands().commands[name](rest);
  process.stderr.write(unknownCommand(name));
  return exitCodes.usage;
}
