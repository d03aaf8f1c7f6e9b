import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianMirror } from '../support/debian-mirror.ts';
import { type Architecture, amd64 } from './architectures.ts';
import { cache } from './place.ts';

/** Suites of Debian besides the machine's own: older kernels than those, and newer ones. */
const otherSuites = [
  ['debian', 'bullseye'],
  ['debian-security', 'bullseye-security'],
  ['debian', 'trixie-backports'],
];

/** The suite whose root file system guests of another architecture have. */
export const foreignSuite = 'bookworm';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const maximumAgeMs = 24 * 3600 * 1000;

/** Debian's suites for an architecture, with package lists and a cache of their own: the machine's apt is left as it is. */
export class DebianSuites {
  readonly #architecture: Architecture;
  readonly #home: string;

  constructor(architecture: Architecture) {
    this.#architecture = architecture;
    this.#home = join(cache, architecture === amd64 ? 'apt' : `apt-${architecture.name}`);
  }

  /** Options of apt-get and apt-cache with which they know those suites. */
  get options(): readonly string[] {
    const { name } = this.#architecture;
    const foreign = [
      `APT::Architecture=${name}`,
      `APT::Architectures=${name}`,
      'Dir::State::status=/dev/null',
    ];
    return [
      `Dir::Etc::sourcelist=${join(this.#home, 'sources.list')}`,
      'Dir::Etc::sourceparts=/dev/null',
      `Dir::State::lists=${join(this.#home, 'lists')}`,
      `Dir::Cache=${join(this.#home, 'cache')}`,
      'Acquire::Languages=none',
      'APT::Sandbox::User=root',
      ...(this.#architecture === amd64 ? [] : foreign),
    ].flatMap((option) => ['-o', option]);
  }

  /** Whether the lists of those suites are absent or older than a day. Makes what apt-get update needs. */
  areStale(): boolean {
    mkdirSync(join(this.#home, 'lists/partial'), { recursive: true });
    mkdirSync(join(this.#home, 'cache/archives/partial'), { recursive: true });
    const mirror = debianMirror();
    const own = [
      ['debian', foreignSuite],
      ['debian-security', `${foreignSuite}-security`],
    ];
    const suites = this.#architecture === amd64 ? otherSuites : [...own, ...otherSuites];
    const source = ([archive, suite]: readonly string[]): string =>
      `deb [signed-by=${keyring}] ${mirror}/${archive} ${suite} main\n`;
    writeFileSync(join(this.#home, 'sources.list'), suites.map(source).join(''));
    const updated = join(this.#home, 'updated');
    return !existsSync(updated) || Date.now() - statSync(updated).mtimeMs > maximumAgeMs;
  }

  areFresh(): void {
    writeFileSync(join(this.#home, 'updated'), '');
  }
}
