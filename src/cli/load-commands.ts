import { createRequire } from 'node:module';

/** Loads what serving does not need, from a file beside this one or beside the bundle: the start stays as short. */
export function loadCommands(): typeof import('./commands.ts') {
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'cjs';
  return createRequire(import.meta.filename)(`./commands.${extension}`);
}
