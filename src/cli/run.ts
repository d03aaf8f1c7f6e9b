import { serve } from './serve.ts';

/** Takes the arguments behind its name and returns the exit code. */
type Command = (args: readonly string[]) => Promise<number>;

/** What is named by the first argument; each reads flags of its own. Without a name, `serve`. */
const commands: Readonly<Record<string, Command>> = { serve };

/** The whole life of the process. Returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  // Whoever reads our log may go; there is nobody left to tell, and the metrics are still wanted.
  process.stderr.on('error', () => undefined);
  const [name = ''] = args;
  return Object.hasOwn(commands, name) ? commands[name]!(args.slice(1)) : serve(args);
}
