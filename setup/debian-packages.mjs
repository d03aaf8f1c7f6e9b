import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, step } from './announce.mjs';
import { finish } from './finish.mjs';
import { hasCommand, unpacked } from './place.mjs';

/**
 * @typedef {object} DebianPackage
 * @property {string} name
 * @property {string} reason
 * @property {() => boolean} present looks for the file we need, not for the package: quick, and true wherever it came from
 * @property {boolean} [unpackOnly] taken apart below build/ instead of installed
 */

const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
const libraryDirectories = [
  `/usr/lib/${triplet}`,
  `/lib/${triplet}`,
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
];
/** @param {string} file */
const hasLibrary = (file) => libraryDirectories.some((directory) => existsSync(join(directory, file)));
/** @param {string} file */
const hasHeader = (file) =>
  ['/usr/include', '/usr/local/include'].some((directory) => existsSync(join(directory, file)));

/** @type {DebianPackage[]} */
const toRun = [
  { name: 'libbpf1', reason: 'loads BPF programs', present: () => hasLibrary('libbpf.so.1') },
  { name: 'clang', reason: 'compiles the examples', present: () => hasCommand('clang') },
  { name: 'libbpf-dev', reason: "the examples' <bpf/*.h>", present: () => hasHeader('bpf/bpf_helpers.h') },
  { name: 'linux-libc-dev', reason: "the examples' <linux/*.h>", present: () => hasHeader('linux/bpf.h') },
];

/** @type {DebianPackage[]} */
const toTest = [
  { name: 'bpftool', reason: 'shows what is left in the kernel', present: () => hasCommand('bpftool') },
  { name: 'pci.ids', reason: 'names PCI devices', present: () => existsSync('/usr/share/misc/pci.ids') },
  { name: 'iproute2', reason: 'makes network interfaces', present: () => hasCommand('ip') },
  { name: 'xfsprogs', reason: 'makes xfs', present: () => hasCommand('mkfs.xfs') },
  {
    name: 'python3-prometheus-client',
    reason: 'reads our OpenMetrics pages with a parser that is not ours',
    present: () => existsSync('/usr/lib/python3/dist-packages/prometheus_client'),
  },
  {
    name: 'chromium-headless-shell',
    reason: 'opens the live page',
    present: () => ['chromium-headless-shell', 'chromium'].some(hasCommand),
  },
  {
    name: 'prometheus',
    reason: 'scrapes and validates our metrics',
    present: () => hasCommand('prometheus') && hasCommand('promtool'),
    // Installed, it would start as a service on port 9090 and at every boot; its two binaries are all we want.
    unpackOnly: true,
  },
];

/** @type {DebianPackage[]} */
const toRunGuests = [
  {
    name: 'qemu-system-x86',
    reason: 'runs other kernels',
    present: () => hasCommand('qemu-system-x86_64'),
  },
  {
    name: 'busybox-static',
    reason: 'the first program of those kernels',
    present: () => ['bin', 'usr/bin'].some((directory) => existsSync(join(unpacked, directory, 'busybox'))),
    // Installed, it would take the place of the package busybox, which others may need.
    unpackOnly: true,
  },
  // Installed, containerd would start as a service.
  ...['containerd', 'runc'].map((name) => ({
    name,
    reason: 'runs containers in those kernels',
    present: () => existsSync(join(unpacked, 'usr/bin', name)),
    unpackOnly: true,
  })),
];

/**
 * Installs the Debian packages that are missing.
 * @param {{forTests: boolean}} options
 */
export async function installDebianPackages({ forTests }) {
  await install([...toRun, ...(forTests ? toTest : [])]);
}

/** Installs what is missing to run guests where that can be done; where it cannot, nothing is said. */
export async function installGuestPackages() {
  if (canInstall() && process.arch === 'x64') await install(toRunGuests);
}

function canInstall() {
  return hasCommand('apt-get') && process.getuid?.() === 0;
}

/** @param {DebianPackage[]} packages */
async function install(packages) {
  const missing = packages.filter(({ present }) => !present());
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(' ');
  if (!canInstall()) {
    const list = missing.map(({ name, reason }) => `  ${name.padEnd(16)}${reason}`).join('\n');
    const remedy = hasCommand('apt-get')
      ? `Only root can install them. As root, run this again, or:\n  apt-get install --no-install-recommends ${names}`
      : 'There is no apt-get here: install what your system has in their place, then run this again.';
    throw new SetupError(`These Debian packages are missing:\n${list}\n${remedy}`);
  }
  await step(`Installing Debian packages: ${names}`, async () => {
    // A fresh machine has no package lists. If the update fails, those of an earlier one may do.
    const updated = await command('apt-get', ['update', '-q']);
    const toInstall = missing.filter(({ unpackOnly }) => !unpackOnly).map(({ name }) => name);
    if (toInstall.length > 0) {
      must(
        await command('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...toInstall]),
        updated.output,
      );
    }
    for (const { name } of missing.filter(({ unpackOnly }) => unpackOnly)) await unpack(name, updated.output);
    const absent = missing.filter(({ present }) => !present()).map(({ name }) => name);
    if (absent.length > 0) {
      throw new SetupError(
        `apt-get succeeded, yet the files we need of these packages are not there: ${absent.join(' ')}`,
      );
    }
  });
}

/**
 * @param {string} name
 * @param {string} before output of the command before
 */
async function unpack(name, before) {
  mkdirSync(unpacked, { recursive: true });
  // Unsandboxed, because apt's own user may not be able to reach the checkout.
  must(await command('apt-get', ['download', '-q', '-o', 'APT::Sandbox::User=root', name], unpacked), before);
  const archive = readdirSync(unpacked).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
  must(await command('dpkg', ['-x', `${archive}`, '.'], unpacked), '');
  rmSync(join(unpacked, `${archive}`));
}

/** @typedef {{ok: boolean, output: string}} Outcome */

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} [cwd]
 * @returns {Promise<Outcome>}
 */
async function command(program, args, cwd) {
  const lockWait = program === 'apt-get' ? ['-o', 'DPkg::Lock::Timeout=120'] : [];
  const { ok, stdout, stderr } = await finish(program, [...lockWait, ...args], {
    cwd,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return { ok, output: `${program} ${args.join(' ')}\n${stdout}${stderr}` };
}

/**
 * @param {Outcome} outcome
 * @param {string} before output of the command before, which may hold the cause
 */
function must({ ok, output }, before) {
  if (!ok) throw new SetupError(`${before}${output}`);
}
