import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { atExit } from './at-exit.ts';
import { root } from './configs.ts';
import { output } from './run.ts';

export type Disk = { readonly directory: string; readonly device: string };

/** Whether `writableDisk` finds one. */
export function hasWritableDisk(): boolean {
  return scratchDisk() !== undefined || onBlockDevice() !== undefined;
}

/** A directory to write to whose file system is on a block device, and the device's name; the same to all who ask. */
export function writableDisk(): Promise<Disk> {
  found ??= findDisk();
  return found;
}

let found: Promise<Disk> | undefined;

async function findDisk(): Promise<Disk> {
  const disk = scratchDisk() === undefined ? onBlockDevice() : await mountScratchDisk('ext4');
  if (disk === undefined) throw new Error('there is no disk here to write to');
  return disk;
}

/** A disk with nothing on it that the tests may overwrite, such as `/dev/vda` of a guest: only ever what a variable names. */
export function scratchDisk(): string | undefined {
  return process.env.KERNEL_TESTS_DISK;
}

/** Makes a new file system on the scratch disk and mounts it. */
export async function mountScratchDisk(
  type: 'ext4' | 'xfs',
): Promise<Disk & { unmount(): Promise<unknown> }> {
  const disk = scratchDisk();
  if (disk === undefined) throw new Error('KERNEL_TESTS_DISK names no disk to overwrite');
  const directory = mkdtempSync(join(tmpdir(), 'ebpf_exporter-disk-'));
  atExit(() => {
    spawnSync('umount', ['-q', directory]);
    rmdirSync(directory);
  });
  await output(`mkfs.${type}`, ['-q', type === 'ext4' ? '-F' : '-f', disk]);
  await output('mount', ['-t', type, disk, directory]);
  return { directory, device: basename(disk), unmount: () => output('umount', [directory]) };
}

function onBlockDevice(): Disk | undefined {
  const partitions = [
    ...readFileSync('/proc/partitions', 'utf8').matchAll(/^\s*(\d+)\s+(\d+)\s+\d+\s+(\S+)$/gm),
  ];
  for (const directory of [tmpdir(), root, '/var/tmp']) {
    const { dev } = statSync(directory); // as gnu_dev_makedev packs it
    const major = (dev >>> 8) & 0xfff;
    const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
    const device = partitions.find((line) => Number(line[1]) === major && Number(line[2]) === minor)?.[3];
    if (device !== undefined) return { directory, device };
  }
  return undefined;
}
