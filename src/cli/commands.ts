import { check } from './check.ts';
import type { Command, CommandName } from './command-names.ts';

/** Bundled into a file of its own. */
export const commands: Readonly<Record<CommandName, Command>> = { check };
