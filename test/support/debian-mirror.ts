import { execFileSync } from 'node:child_process';

/**
 * Where this machine gets Debian's packages from, without the archive's name and the last slash: other suites are at the
 * same place. Throws when apt knows no Debian archive.
 */
export function debianMirror(): string {
  const args = ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'];
  const found = execFileSync('apt-get', args, { encoding: 'utf8' }).split('\n');
  const archive = found.find((uri) => /\/debian\/?$/.test(uri));
  if (archive === undefined) {
    throw new Error('apt has no source of Debian packages; one whose URI ends in /debian is needed');
  }
  return archive.replace(/\/debian\/?$/, '');
}
