import { createRequire } from 'node:module';

/** Loads what serving does not need, from a file beside this one or beside the bundle: the start stays as short. */
export function loadCommands(): typeof import('./commands.ts') {
  return beside('commands');
}

/** The command that loads configs itself, and so is as much as the exporter: the others do not wait for that. */
export function loadWatch(): typeof import('./watch.ts') {
  return beside('watch');
}

function beside<Module>(name: string): Module {
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'cjs';
  return createRequire(import.meta.filename)(`./${name}.${extension}`);
}
