import { readdirSync, readFileSync } from 'node:fs';

/** A BPF map that a process has open, as /proc/PID/fdinfo shows it (Linux 4.15 for the id). */
export type HeldMap = {
  readonly fd: number;
  readonly id: number;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
};

/** The only map with such keys and 8-byte values that a process has open. */
export function heldMap(pid: number | 'self', wantedKeySize: number): HeldMap {
  const maps = readdirSync(`/proc/${pid}/fdinfo`)
    .flatMap((fd) => readMap(pid, Number(fd)) ?? [])
    .filter(({ keySize, valueSize }) => keySize === wantedKeySize && valueSize === 8);
  const [map, ...others] = new Map(maps.map((each) => [each.id, each])).values();
  if (map === undefined || others.length > 0) {
    throw new Error(
      `Process ${pid} has ${others.length + (map ? 1 : 0)} maps like the bench's open, not one`,
    );
  }
  return map;
}

function readMap(pid: number | 'self', fd: number): HeldMap | undefined {
  const text = readFdinfo(`/proc/${pid}/fdinfo/${fd}`);
  const number = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(text)?.[1]);
  if (Number.isNaN(number('map_id'))) return undefined;
  return {
    fd,
    id: number('map_id'),
    type: number('map_type'),
    keySize: number('key_size'),
    valueSize: number('value_size'),
    maxEntries: number('max_entries'),
  };
}

/** Empty for a descriptor that was closed since it was listed. */
function readFdinfo(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
