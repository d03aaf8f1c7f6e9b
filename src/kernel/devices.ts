import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Listing } from './listing.ts';
import type { BlockDevices } from './system.ts';

/** Block devices as /proc/partitions lists them. */
export function createDevices(
  root: string,
  warn: (message: string) => void,
  nowMs?: () => number,
): BlockDevices {
  const names = new Listing({
    what: 'block devices',
    list: () => parsePartitions(readFileSync(join(root, 'proc/partitions'), 'utf8')),
    warn,
    nowMs,
  });
  return {
    refresh: () => names.refresh(),
    changes: names.changes,
    name: (major, minor) => names.get(deviceNumber(major, minor)),
  };
}

/** Lines `major minor #blocks name`, after a heading. */
function parsePartitions(text: string): ReadonlyMap<number, string> {
  const lines = [...text.matchAll(/^\s*(\d+)\s+(\d+)\s+\d+\s+(\S+)$/gm)];
  return new Map(lines.map(([, major, minor, name]) => [deviceNumber(Number(major), Number(minor)), name!]));
}

/** One number for both, by which names are kept. Minors have 20 bits (MINORBITS, include/linux/kdev_t.h). */
export function deviceNumber(major: number, minor: number): number {
  return major * 2 ** 20 + minor;
}
