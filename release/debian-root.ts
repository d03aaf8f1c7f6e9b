import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { debianMirror } from '../test/support/debian-mirror.ts';
import { cache, run } from './place.ts';

/** The root of a Debian with what every Debian has and nothing else. Nobody changes it: it is made once. */
export function bareRoot(suite: string): string {
  return once(`bare-${suite}`, (made) => {
    run('debootstrap', ['--variant=minbase', suite, made, `${debianMirror()}/debian`]);
  });
}

/** A copy of such a root, to install packages in. */
export function builderRoot(suite: string): string {
  const bare = bareRoot(suite);
  return once(suite, (made) => {
    run('cp', ['-a', bare, made]);
  });
}

function once(name: string, make: (made: string) => void): string {
  const directory = join(cache, name);
  if (existsSync(directory)) return directory;
  mkdirSync(cache, { recursive: true });
  const made = `${directory}.${process.pid}`;
  make(made);
  renameSync(made, directory);
  return directory;
}
