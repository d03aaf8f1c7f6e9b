import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { suiteOptions, suitesAreFresh, suitesAreStale } from './debian-suites.ts';
import { compareVersions, type KernelPackage, parseKernelPackages } from './kernel-packages.ts';
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
  const stored = storedKernels().filter((kernel) => kernel.series === series);
  const own = (await listedKernels([])).find((listed) => listed.series === series);
  const known = own === undefined ? stored[0] : stored.find(({ release }) => release === own.release);
  if (known !== undefined) return known;
  const options = own === undefined ? suiteOptions : [];
  if (own === undefined) await updateSuites(say);
  const newest = own ?? (await listedKernels(options)).find((listed) => listed.series === series);
  if (newest === undefined) throw new Unavailable(await absence(series));
  const { release } = newest;
  const start = performance.now();
  const kernel = await unpack(newest, options);
  say(`Fetched Linux ${release} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  for (const old of stored) rmSync(join(cache, old.release), { recursive: true });
  return kernel;
}

/** Those that were fetched before, newest first. */
function storedKernels(): readonly Kernel[] {
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .filter((name) => /^\d+\.\d+\..*-amd64$/.test(name))
    .sort((a, b) => compareVersions(b, a))
    .map((release) => kernelAt(release));
}

function kernelAt(release: string, directory = join(cache, release)): Kernel {
  return {
    series: /^\d+\.\d+/.exec(release)![0],
    release,
    vmlinuz: join(directory, `boot/vmlinuz-${release}`),
    modules: join(directory, 'lib/modules', release),
  };
}

async function listedKernels(options: readonly string[]): Promise<readonly KernelPackage[]> {
  if (!hasCommand('apt-cache')) return [];
  const query = '^linux-(image-.*-amd64-unsigned|modules-.*-amd64)$';
  return parseKernelPackages(await execute('apt-cache', [...options, 'search', '--names-only', query]));
}

async function updateSuites(say: (line: string) => void): Promise<void> {
  if (!hasCommand('apt-get') || !suitesAreStale()) return;
  const start = performance.now();
  try {
    await execute('apt-get', [...suiteOptions, '-q', '--error-on=any', 'update']);
    suitesAreFresh();
    say(`Updated the lists of other Debian suites in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  } catch (error) {
    say(`The lists of other Debian suites cannot be updated: ${stderrOf(error)}`);
  }
}

async function absence(series: string): Promise<string> {
  const listed = [...(await listedKernels([])), ...(await listedKernels(suiteOptions))];
  const known = [...new Set(listed.map((kernel) => kernel.series))].sort(compareVersions);
  return known.length === 0
    ? `apt-cache lists no kernels, so that Linux ${series} cannot be fetched; apt-get update may help`
    : `apt-cache lists no Linux ${series}, only ${known.join(', ')}`;
}

/** Whole or not at all: what an interrupted run leaves here never looks like a kernel. */
async function unpack({ packages, release }: KernelPackage, options: readonly string[]): Promise<Kernel> {
  mkdirSync(cache, { recursive: true });
  removeLeftovers();
  const directory = mkdtempSync(join(cache, `partial-${process.pid}-`));
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
    if (!existsSync(vmlinuz)) renameSync(directory, join(cache, release));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return kernelAt(release);
}

/** Of runs that are no more. */
function removeLeftovers(): void {
  for (const entry of readdirSync(cache)) {
    const pid = /^partial-(\d+)-/.exec(entry)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(cache, entry), { recursive: true });
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
