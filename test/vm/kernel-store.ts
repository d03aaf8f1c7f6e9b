import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Architecture, amd64, architectureOf } from './architectures.ts';
import { DebianSuites } from './debian-suites.ts';
import { compileForeignExamples, foreignBusybox, foreignRoot, makeForeignRoot } from './foreign-root.ts';
import { compareVersions, type KernelPackage, parseKernelPackages, seriesOf } from './kernel-packages.ts';
import { busybox, cache, hasCommand } from './place.ts';

/** Ends with this process, whatever ends that. */
const tether = ['setpriv', '--pdeathsig', 'KILL'];

/** A kernel that can be booted. */
export type Kernel = {
  readonly series: string;
  /** What `uname -r` says in it. */
  readonly release: string;
  readonly vmlinuz: string;
  /** Holds modules.dep; belongs at /lib/modules/RELEASE. */
  readonly modules: string;
  /** The host's directory that is the root file system of the guest. */
  readonly root: string;
  /** A static one, for that architecture. */
  readonly busybox: string;
};

/** What keeps a kernel from being run here. */
export class Unavailable extends Error {}

/** Devices that QEMU does not have here: nine tenths of the modules. */
const uselessModules = [
  ...['gpu', 'media', 'infiniband', 'scsi', 'usb', 'iio', 'hwmon', 'staging', 'mtd', 'input', 'hid', 'mfd'],
  ...['net/ethernet', 'net/wireless', 'isdn', 'platform', 'firmware', 'edac', 'video', 'bluetooth', 'i2c'],
]
  .map((part) => `drivers/${part}`)
  .concat('sound');

/**
 * The newest kernel of a series that Debian's package lists have, those of the machine's own suites or else of others;
 * fetched unless it was before.
 * @param say gets a line when that takes time
 */
export async function fetchKernel(series: string, say: (line: string) => void): Promise<Kernel> {
  const architecture = architectureOf(series);
  if (!hasCommand(architecture.qemu)) {
    throw new Unavailable(`there is no ${architecture.qemu} (package ${architecture.qemuPackage})`);
  }
  if (architecture !== amd64) {
    await makeForeignRoot(architecture, say);
    await compileForeignExamples(architecture);
  }
  const suites = new DebianSuites(architecture);
  const stored = storedKernels(architecture).filter((kernel) => kernel.series === series);
  // apt's own lists are of this machine's architecture.
  const listed = architecture === amd64 ? await listedKernels([]) : [];
  const own = listed.find((listed) => listed.series === series);
  const known = own === undefined ? stored[0] : stored.find(({ release }) => release === own.release);
  if (known !== undefined) return known;
  const options = own === undefined ? suites.options : [];
  if (own === undefined) await updateSuites(suites, say);
  const newest = own ?? (await listedKernels(options)).find((listed) => listed.series === series);
  if (newest === undefined)
    throw new Unavailable(absence(series, [...listed, ...(await listedKernels(suites.options))]));
  const { release } = newest;
  const start = performance.now();
  const kernel = await unpack(newest, options);
  say(`Fetched Linux ${release} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  for (const old of stored) rmSync(join(storeOf(architecture), old.release), { recursive: true });
  return kernel;
}

/** Those that were fetched before, newest first. */
function storedKernels(architecture: Architecture): readonly Kernel[] {
  const store = storeOf(architecture);
  if (!existsSync(store)) return [];
  return readdirSync(store)
    .filter((name) => /^\d+\.\d+\./.test(name) && name.endsWith(`-${architecture.name}`))
    .sort((a, b) => compareVersions(b, a))
    .map((release) => kernelAt(release));
}

/** Modules are loaded from the root file system of the guest. */
function storeOf(architecture: Architecture): string {
  return architecture === amd64 ? cache : join(foreignRoot(architecture), 'kernels');
}

function kernelAt(release: string, directory = join(storeOf(architectureOf(release)), release)): Kernel {
  const architecture = architectureOf(release);
  const native = architecture === amd64;
  return {
    series: seriesOf(release),
    release,
    vmlinuz: join(directory, `boot/vmlinuz-${release}`),
    modules: join(directory, 'lib/modules', release),
    root: native ? '/' : foreignRoot(architecture),
    busybox: native ? busybox()! : foreignBusybox(architecture),
  };
}

async function listedKernels(options: readonly string[]): Promise<readonly KernelPackage[]> {
  if (!hasCommand('apt-cache')) return [];
  const query = '^linux-(image-.*-unsigned|modules-.*)$';
  return parseKernelPackages(await execute('apt-cache', [...options, 'search', '--names-only', query]));
}

async function updateSuites(suites: DebianSuites, say: (line: string) => void): Promise<void> {
  if (!hasCommand('apt-get') || !suites.areStale()) return;
  const start = performance.now();
  try {
    await execute('apt-get', [...suites.options, '-q', '--error-on=any', 'update']);
    suites.areFresh();
    say(`Updated the lists of other Debian suites in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  } catch (error) {
    say(`The lists of other Debian suites cannot be updated: ${stderrOf(error)}`);
  }
}

function absence(series: string, listed: readonly KernelPackage[]): string {
  const known = [...new Set(listed.map((kernel) => kernel.series))].sort(compareVersions);
  return known.length === 0
    ? `apt-cache lists no kernels, so that Linux ${series} cannot be fetched; apt-get update may help`
    : `apt-cache lists no Linux ${series}, only ${known.join(', ')}`;
}

/** Whole or not at all: what an interrupted run leaves here never looks like a kernel. */
async function unpack({ packages, release }: KernelPackage, options: readonly string[]): Promise<Kernel> {
  const store = storeOf(architectureOf(release));
  mkdirSync(store, { recursive: true });
  removeLeftovers(store);
  const directory = mkdtempSync(join(store, `partial-${process.pid}-`));
  try {
    await fetchPackages(packages, directory, options);
    const exclude = uselessModules.map((part) => `--exclude=*/modules/*/kernel/${part}/*`);
    const [unpack, extract] = ['dpkg-deb --fsys-tarfile "$deb"', 'tar -x "$@"'].map((command) =>
      [...tether, command].join(' '),
    );
    const script = `for deb in ./*.deb; do ${unpack} | ${extract} && rm "$deb" || exit 1; done`;
    await execute('/bin/sh', ['-c', script, 'sh', '--exclude=./usr/share', ...exclude], directory);
    moveFromUsr(directory, release);
    await execute(busybox()!, ['depmod', '-b', directory, release]);
    const { vmlinuz } = kernelAt(release);
    // Another run may have been quicker.
    if (!existsSync(vmlinuz)) renameSync(directory, join(store, release));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return kernelAt(release);
}

/** Of runs that are no more. */
function removeLeftovers(store: string): void {
  for (const entry of readdirSync(store)) {
    const pid = /^partial-(\d+)-/.exec(entry)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(store, entry), { recursive: true });
  }
}

/** Since 7.x everything is in /usr/lib/modules, the kernel too. */
function moveFromUsr(directory: string, release: string): void {
  const usr = join(directory, 'usr/lib');
  if (!existsSync(join(usr, 'modules'))) return;
  renameSync(usr, join(directory, 'lib'));
  const { vmlinuz, modules } = kernelAt(release, directory);
  mkdirSync(dirname(vmlinuz), { recursive: true });
  renameSync(join(modules, 'vmlinuz'), vmlinuz);
}

async function fetchPackages(
  packages: readonly string[],
  directory: string,
  options: readonly string[],
): Promise<void> {
  try {
    // Unsandboxed, because apt's own user may not be able to reach the checkout.
    const unsandboxed = ['-q', '-o', 'APT::Sandbox::User=root'];
    await execute('apt-get', [...options, 'download', ...unsandboxed, ...packages], directory);
  } catch (error) {
    throw new Unavailable(`${packages.join(', ')} cannot be fetched: ${stderrOf(error)}`);
  }
}

function stderrOf(error: unknown): string {
  return error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
}

/** What a command prints. */
async function execute(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const [setpriv, ...flags] = tether;
  const options = { cwd, maxBuffer: 1 << 26 };
  return (await promisify(execFile)(setpriv!, [...flags, command, ...args], options)).stdout;
}
