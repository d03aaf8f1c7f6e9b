import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from './run.ts';

const kinds = ['prog', 'link', 'map'] as const;
type Kind = (typeof kinds)[number];

type Listed = { readonly id: number; readonly name?: string };

/** The BPF programs, links and maps in the kernel: `prog 12`, `link 3`, and their names. */
export async function kernelObjects(): Promise<ReadonlyMap<string, string>> {
  const lists = await Promise.all(
    kinds.map(async (kind) =>
      (await list(kind)).map(({ id, name }): [string, string] => [`${kind} ${id}`, name ?? '']),
    ),
  );
  return new Map(lists.flat());
}

/** As `kernelObjects`, those that a process holds open; none when there is no such process. */
export function objectsOf(pid: number | string): string[] {
  const directory = `/proc/${pid}/fdinfo`;
  return entries(directory).flatMap((fd) => {
    const [, kind, id] = /^(prog|link|map)_id:\s*(\d+)$/m.exec(text(join(directory, fd))) ?? [];
    return kind === undefined ? [] : [`${kind} ${id}`];
  });
}

/** As `kernelObjects`, those that any living process holds open. */
export function heldObjects(): ReadonlySet<string> {
  return new Set(
    entries('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(objectsOf),
  );
}

/** A value is a u64, or its bytes. */
export type Entry = readonly [key: Uint8Array, value: bigint | Uint8Array];

/** Writes entries into maps of a process. A per-CPU map gets the value on every CPU. */
export async function fillMaps(
  pid: number,
  contents: Readonly<Record<string, readonly Entry[]>>,
): Promise<void> {
  const ids = await mapIds(pid);
  const commands = Object.entries(contents).flatMap(([map, entries]) =>
    entries.map(
      ([key, value]) =>
        `map update id ${ids(map)} key ${hex(key)} value ${hex(typeof value === 'bigint' ? u64(value) : value)}`,
    ),
  );
  await batch(commands);
}

/** Deletes keys of a map of a process. */
export async function deleteKeys(pid: number, map: string, keys: readonly Uint8Array[]): Promise<void> {
  const ids = await mapIds(pid);
  await batch(keys.map((key) => `map delete id ${ids(map)} key ${hex(key)}`));
}

/** How many entries a map of a process has. */
export async function countEntries(pid: number, map: string): Promise<number> {
  const ids = await mapIds(pid);
  const entries: unknown[] = JSON.parse(
    await output('bpftool', ['--json', 'map', 'dump', 'id', `${ids(map)}`]),
  );
  return entries.length;
}

/** 8 bytes, as keys and values have them. */
export function u64(value: bigint): Buffer {
  return Buffer.from(BigUint64Array.of(value).buffer);
}

export function u32(value: number): Buffer {
  return Buffer.from(Uint32Array.of(value).buffer);
}

/** Of the maps of a process, by name. */
export async function mapIds(pid: number): Promise<(name: string) => number> {
  const own = new Set(objectsOf(pid));
  const maps = (await list('map')).filter(({ id }) => own.has(`map ${id}`));
  return (name) => {
    const found = maps.find((map) => map.name === name.slice(0, 15)); // the kernel keeps 15 bytes of a name
    if (found === undefined) throw new Error(`process ${pid} has no map "${name}"`);
    return found.id;
  };
}

async function batch(commands: readonly string[]): Promise<void> {
  await output('bpftool', ['batch', 'file', '-'], `${commands.join('\n')}\n`);
}

async function list(kind: Kind): Promise<readonly Listed[]> {
  return JSON.parse((await output('bpftool', ['-j', kind, 'show'])) || '[]');
}

function hex(bytes: Uint8Array): string {
  return `hex ${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}

/** Processes and descriptors come and go. */
function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
