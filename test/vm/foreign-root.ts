import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianMirror } from '../support/debian-mirror.ts';
import type { Architecture } from './architectures.ts';
import { foreignSuite } from './debian-suites.ts';
import { cache, hasCommand, root } from './place.ts';

/** What the tests of the examples use, beside what is essential. */
const packages = [
  ...['libbpf1', 'bpftool', 'clang', 'libbpf-dev', 'linux-libc-dev', 'busybox-static', 'libatomic1'],
  ...[
    'iproute2',
    'xfsprogs',
    'e2fsprogs',
    'kmod',
    'procps',
    'python3',
    'openssl',
    'pci.ids',
    'util-linux-extra',
  ],
];

/** The root file system of guests of an architecture that is not this machine's. */
export function foreignRoot({ name }: Architecture): string {
  return join(cache, `root-${name}`);
}

export function foreignBusybox(architecture: Architecture): string {
  return join(foreignRoot(architecture), 'bin/busybox');
}

/** Where the guest finds packages of npm that this machine has for itself only, by their paths below `node_modules`. */
export function foreignNpmPackages({ node }: Architecture): Readonly<Record<string, string>> {
  const names = [`node-linux-${node}`, `@koromix/koffi-linux-${node}`];
  return Object.fromEntries(names.map((name) => [name, `/opt/${name}`]));
}

/** The objects of the examples, for that architecture. */
export function foreignExamples({ name }: Architecture): string {
  return join(cache, `examples-${name}`);
}

/** Compiles those that are older than their sources. */
export async function compileForeignExamples(architecture: Architecture): Promise<void> {
  const flags = ['--arch', architecture.name, '--out', foreignExamples(architecture)];
  await execute(process.execPath, [join(root, 'setup/compile-examples.mjs'), ...flags]);
}

/**
 * Makes it, unless it is there: Debian's packages for that architecture, taken apart and not configured, since their
 * scripts cannot run here.
 * @param say gets a line when that takes time
 */
export async function makeForeignRoot(
  architecture: Architecture,
  say: (line: string) => void,
): Promise<void> {
  const directory = foreignRoot(architecture);
  if (existsSync(directory)) return;
  if (!hasCommand('debootstrap')) throw new Error('there is no debootstrap (package debootstrap)');
  const start = performance.now();
  const made = `${directory}.${process.pid}`;
  try {
    const flags = [`--arch=${architecture.name}`, '--foreign', '--variant=minbase', `--include=${packages}`];
    await execute('debootstrap', [...flags, foreignSuite, made, `${debianMirror()}/debian`]);
    const archives = join(made, 'var/cache/apt/archives');
    rmSync(join(made, 'proc')); // a link to this machine's
    // /bin and its like are links into /usr, and stay so.
    const unpack =
      'for deb in "$1"/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$2" || exit; done';
    await execute('/bin/sh', ['-c', unpack, 'sh', archives, made]);
    for (const useless of [
      'var/cache/apt',
      'debootstrap',
      'usr/share/doc',
      'usr/share/locale',
      'usr/share/man',
    ]) {
      rmSync(join(made, useless), { recursive: true });
    }
    // What base-passwd's script would do.
    for (const name of ['passwd', 'group']) {
      await execute('cp', [join(made, `usr/share/base-passwd/${name}.master`), join(made, `etc/${name}`)]);
    }
    for (const [name, path] of Object.entries(foreignNpmPackages(architecture))) {
      await unpackNpmPackage(name, join(made, path));
    }
    renameSync(made, directory);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  say(`Made a root file system for ${architecture.name} in ${seconds} s`);
}

/** Of the version that is locked. */
async function unpackNpmPackage(name: string, directory: string): Promise<void> {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { version } = packages[`node_modules/${name}`];
  mkdirSync(directory, { recursive: true });
  const packed = await execute('npm', [
    'pack',
    '--silent',
    `${name}@${version}`,
    '--pack-destination',
    directory,
  ]);
  const archive = join(directory, packed.trim());
  await execute('tar', ['-xzf', archive, '-C', directory, '--strip-components=1']);
  rmSync(archive);
}

/** What a command prints; it ends with this process, whatever ends that. */
async function execute(command: string, args: readonly string[]): Promise<string> {
  const options = { maxBuffer: 1 << 26 };
  const tethered = ['--pdeathsig', 'KILL', command, ...args];
  return (await promisify(execFile)('setpriv', tethered, options)).stdout;
}
