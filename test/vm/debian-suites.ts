import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianMirror } from '../support/debian-mirror.ts';
import { cache } from './place.ts';

/** Suites of Debian besides the machine's own: older kernels than those, and newer ones. */
const suites = [
  ['debian', 'bullseye'],
  ['debian-security', 'bullseye-security'],
  ['debian', 'trixie-backports'],
];

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const maximumAgeMs = 24 * 3600 * 1000;

/** Package lists and a cache of its own: the machine's apt is left as it is. */
const home = join(cache, 'apt');
const lists = join(home, 'lists');

/** Options of apt-get and apt-cache with which they know those suites. */
export const suiteOptions: readonly string[] = [
  `Dir::Etc::sourcelist=${join(home, 'sources.list')}`,
  'Dir::Etc::sourceparts=/dev/null',
  `Dir::State::lists=${lists}`,
  `Dir::Cache=${join(home, 'cache')}`,
  'Acquire::Languages=none',
  'APT::Sandbox::User=root',
].flatMap((option) => ['-o', option]);

/** Whether the lists of those suites are absent or older than a day. Makes what apt-get update needs. */
export function suitesAreStale(): boolean {
  mkdirSync(join(lists, 'partial'), { recursive: true });
  mkdirSync(join(home, 'cache/archives/partial'), { recursive: true });
  const mirror = debianMirror();
  const source = ([archive, suite]: readonly string[]): string =>
    `deb [signed-by=${keyring}] ${mirror}/${archive} ${suite} main\n`;
  writeFileSync(join(home, 'sources.list'), suites.map(source).join(''));
  const updated = join(home, 'updated');
  return !existsSync(updated) || Date.now() - statSync(updated).mtimeMs > maximumAgeMs;
}

export function suitesAreFresh(): void {
  writeFileSync(join(home, 'updated'), '');
}
