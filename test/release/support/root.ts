import { join } from 'node:path';
import { bareRoot } from '../../../release/debian-root.ts';
import { scratchDirectory } from '../../kernel/support/scratch.ts';

/** Suites of Debian that a release is tried on, with their numbers. */
export const suites: Readonly<Record<string, string>> = {
  '11': 'bullseye',
  '12': 'bookworm',
  '13': 'trixie',
};

/**
 * What runs a command, with its arguments, in a copy of a suite's bare root: nothing is installed there. It sees the
 * directory `given` at /given. The process that runs is the command's own.
 */
export function inBareRoot(suite: string, given: string): string[] {
  return inRoot(bareRoot(suite), given);
}

export function inRoot(root: string, given: string): string[] {
  const script = join(import.meta.dirname, 'enter-root.sh');
  return ['unshare', '--mount', '--propagation=private', 'sh', script, root, scratchDirectory(), given];
}
