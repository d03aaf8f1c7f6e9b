import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../../kernel/support/run.ts';
import { scratchDirectory } from '../../kernel/support/scratch.ts';

/** The same package as of a later version, whose default flags are others too. Gives its path. */
export async function nextDeb(file: string, version: string): Promise<string> {
  const directory = scratchDirectory();
  const tree = join(directory, 'tree');
  await output('dpkg-deb', ['--raw-extract', file, tree]);
  const control = join(tree, 'DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`));
  appendFileSync(join(tree, 'etc/default/prometheus-ebpf-exporter'), '# Of the next version.\n');
  const next = join(directory, 'next.deb');
  await output('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, next]);
  return next;
}
