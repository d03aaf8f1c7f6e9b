import { check } from './check.ts';
import type { Command, CommandName } from './command-names.ts';
import { init } from './init.ts';
import { loadBeside } from './load-beside.ts';

export { parseCommandLine } from './flag-command.ts';

/** Bundled into a file of its own. */
export const commands: Readonly<Record<CommandName, Command>> = {
  check,
  init,
  // It loads configs itself, and so is as much as the exporter: the others do not wait for that.
  watch: (args) => loadBeside<typeof import('./watch.ts')>('watch').watch(args),
};
