import { check } from './check.ts';
import type { Command, CommandName } from './command-names.ts';
import { init } from './init.ts';
import { loadWatch } from './load-commands.ts';

export { parseCommandLine } from './flag-command.ts';

/** Bundled into a file of its own. */
export const commands: Readonly<Record<CommandName, Command>> = {
  check,
  init,
  watch: (args) => loadWatch().watch(args),
};
