import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Listing } from './listing.ts';
import type { BlockDevices } from './system.ts';

/** Block devices as /proc/partitions lists them. */
export function createDevices(root: string, warn: (message: string) => void): BlockDevices {
  const names = new Listing(
    'block devices',
    () => parsePartitions(readFileSync(join(root, 'proc/partitions'), 'utf8')),
    warn,
  );
  return {
    refresh: () => names.refresh(),
    get generation() {
      return names.generation;
    },
    name: (major, minor) => names.get(deviceNumber(major, minor)),
  };
}

/** Lines `major minor #blocks name`, after a heading. */
function parsePartitions(text: string): ReadonlyMap<number, string> {
  const lines = [...text.matchAll(/^\s*(\d+)\s+(\d+)\s+\d+\s+(\S+)$/gm)];
  return new Map(lines.map(([, major, minor, name]) => [deviceNumber(Number(major), Number(minor)), name!]));
}

/** Minors have 20 bits (MINORBITS, include/linux/kdev_t.h). */
function deviceNumber(major: number, minor: number): number {
  return major * 2 ** 20 + minor;
}
