import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
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
 * The newest kernel of a series that Debian's package lists have; fetched unless it was before.
 * @param say gets a line when that takes time
 */
export async function fetchKernel(series: string, say: (line: string) => void): Promise<Kernel> {
  const stored = storedKernels().filter((kernel) => kernel.series === series);
  const newest = (await listedKernels()).find((listed) => listed.series === series);
  const known = newest === undefined ? stored[0] : stored.find(({ release }) => release === newest.release);
  if (known !== undefined) return known;
  if (newest === undefined) throw new Unavailable(await absence(series));
  const { release } = newest;
  const start = performance.now();
  const kernel = await unpack(newest);
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
    .map(kernelAt);
}

function kernelAt(release: string): Kernel {
  const directory = join(cache, release);
  return {
    series: /^\d+\.\d+/.exec(release)![0],
    release,
    vmlinuz: join(directory, `boot/vmlinuz-${release}`),
    modules: join(directory, 'lib/modules', release),
  };
}

async function listedKernels(): Promise<readonly KernelPackage[]> {
  if (!hasCommand('apt-cache')) return [];
  const query = '^linux-image-.*-amd64-unsigned$';
  return parseKernelPackages(await execute('apt-cache', ['search', '--names-only', query]));
}

async function absence(series: string): Promise<string> {
  const known = [...new Set((await listedKernels()).map((listed) => listed.series))];
  return known.length === 0
    ? `apt-cache lists no kernels, so that Linux ${series} cannot be fetched; apt-get update may help`
    : `apt-cache lists no Linux ${series}, only ${known.join(', ')}`;
}

/** Whole or not at all: what an interrupted run leaves here never looks like a kernel. */
async function unpack({ name, release }: KernelPackage): Promise<Kernel> {
  mkdirSync(cache, { recursive: true });
  removeLeftovers();
  const directory = mkdtempSync(join(cache, `partial-${process.pid}-`));
  try {
    await fetchPackage(name, directory);
    const exclude = uselessModules.map((part) => `--exclude=./lib/modules/*/kernel/${part}/*`);
    const [unpack, extract] = ['dpkg-deb --fsys-tarfile ./*.deb', 'tar -x "$@" ./boot ./lib'].map((command) =>
      [...tether, command].join(' '),
    );
    await execute('/bin/sh', ['-c', `${unpack} | ${extract} && rm ./*.deb`, 'sh', ...exclude], directory);
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

async function fetchPackage(name: string, directory: string): Promise<void> {
  try {
    // Unsandboxed, because apt's own user may not be able to reach the checkout.
    const options = ['-q', '-o', 'APT::Sandbox::User=root'];
    await execute('apt-get', ['download', ...options, name], directory);
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Unavailable(`${name} cannot be fetched: ${stderr}`);
  }
}

/** What a command prints. */
async function execute(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const [setpriv, ...flags] = tether;
  const options = { cwd, maxBuffer: 1 << 26 };
  return (await promisify(execFile)(setpriv!, [...flags, command, ...args], options)).stdout;
}
