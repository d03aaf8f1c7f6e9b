import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { root } from './configs.ts';

/** A directory to write to whose file system is on a block device, and the device's name. */
export function onBlockDevice(): { directory: string; device: string } | undefined {
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
