import { createRequire } from 'node:module';
import type { Command, CommandName } from './command-names.ts';

/** Loads what serving does not need, from a file beside this one or beside the bundle: the start stays as short. */
export function loadCommands(): Readonly<Record<CommandName, Command>> {
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'cjs';
  return (createRequire(import.meta.filename)(`./commands.${extension}`) as typeof import('./commands.ts'))
    .commands;
}
