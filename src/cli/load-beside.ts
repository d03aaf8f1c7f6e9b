import { createRequire } from 'node:module';

/** Loads what serving does not need, from a file beside this one or beside the bundle: the start stays as short. */
export function loadBeside<Module>(name: string): Module {
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'cjs';
  return createRequire(import.meta.filename)(`./${name}.${extension}`);
}
