import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compareVersions, type KernelPackage, parseKernelPackages } from './kernel-packages.ts';
import { busybox, cache } from './place.ts';

const execute = promisify(execFile);

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
  const stored = storedKernels();
  const newest = (await listedKernels()).find((listed) => listed.series === series);
  const release = newest?.release ?? stored.find((kernel) => kernel.series === series)?.release;
  if (release === undefined) throw new Unavailable(await absence(series));
  const known = stored.find((kernel) => kernel.release === release);
  if (known !== undefined || newest === undefined) return known!;
  const start = performance.now();
  const kernel = await unpack(newest);
  say(`Fetched Linux ${release} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  for (const { release } of stored.filter((old) => old.series === series))
    rmSync(join(cache, release), { recursive: true });
  return kernel;
}

/** Newest first. */
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
  const query = '^linux-image-.*-amd64-unsigned$';
  try {
    return parseKernelPackages((await execute('apt-cache', ['search', '--names-only', query])).stdout);
  } catch (error) {
    if (isMissingCommand(error)) return [];
    throw error;
  }
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
  for (const left of readdirSync(cache).filter((entry) => entry.startsWith('partial-'))) {
    rmSync(join(cache, left), { recursive: true, force: true });
  }
  const directory = mkdtempSync(join(cache, 'partial-'));
  try {
    const cwd = directory;
    await fetchPackage(name, directory);
    const exclude = uselessModules.map((part) => `--exclude=./lib/modules/*/kernel/${part}/*`);
    const extract = 'dpkg-deb --fsys-tarfile ./*.deb | tar -x "$@" ./boot ./lib';
    await execute('/bin/sh', ['-c', extract, 'sh', ...exclude], { cwd });
    for (const archive of readdirSync(directory).filter((file) => file.endsWith('.deb'))) {
      rmSync(join(directory, archive));
    }
    await execute(busybox()!, ['depmod', '-b', directory, release], { maxBuffer: 1 << 26 });
    renameSync(directory, join(cache, release));
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  return kernelAt(release);
}

async function fetchPackage(name: string, directory: string): Promise<void> {
  try {
    // Unsandboxed, because apt's own user may not be able to reach the checkout.
    const options = ['-q', '-o', 'APT::Sandbox::User=root'];
    await execute('apt-get', ['download', ...options, name], { cwd: directory });
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Unavailable(`${name} cannot be fetched: ${stderr}`);
  }
}

function isMissingCommand(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
