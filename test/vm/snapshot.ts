import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { type Architecture, amd64 } from './architectures.ts';
import type { CpioEntry } from './cpio.ts';
import { foreignExamples, foreignNpmPackages } from './foreign-root.ts';
import { root } from './place.ts';

/** What the tests read often. All else of the checkout is there too, by the slower way of the host's file system. */
const parts = [
  ...['package.json', 'package-lock.json', 'bin', 'src', 'test', 'examples'],
  ...['build/ebpf_exporter.cjs', 'build/ebpf_exporter.cjs.bytecode', 'build/compile-cache', 'build/fixtures'],
  ...['node_modules/koffi', 'node_modules/@koromix'],
];

/** Of a checkout on a machine of another architecture: no code but JavaScript. */
const foreignParts = [
  ...['package.json', 'package-lock.json', 'bin', 'setup', 'src', 'test', 'examples'],
  ...['build/ebpf_exporter.cjs', 'node_modules/koffi', 'node_modules/re2js'],
];

/**
 * Files of the checkout as they are now, for the memory of a guest: reading them costs little there, and who edits
 * them meanwhile does not disturb it. TypeScript comes without its types (see plain-typescript.mjs).
 * @param below where they go, relative to the root of the archive
 */
export function snapshotOf(below: string, architecture: Architecture): readonly CpioEntry[] {
  const foreign = architecture !== amd64;
  const paths = [...(foreign ? foreignParts : parts)].map((part) => join(root, part)).filter(isPlain);
  const parents = new Set(paths.flatMap(ancestorsOf));
  return [
    ...[...parents].map((path) => ({
      ...readEntry(path),
      type: 'directory' as const,
      path: join(below, path),
    })),
    ...paths.flatMap((path) => entriesAt(below, path)),
    ...(foreign ? foreignEntries(below, architecture) : []),
  ];
}

/** What that machine would have compiled and installed; later entries take the place of earlier ones. */
function foreignEntries(below: string, architecture: Architecture): readonly CpioEntry[] {
  const objects = foreignExamples(architecture);
  const modules = join(below, root, 'node_modules');
  return [
    ...readdirSync(objects).map((name) => ({
      ...readEntry(join(objects, name))!,
      path: join(below, root, 'examples', name),
    })),
    { type: 'directory', path: join(modules, '@koromix') },
    ...Object.entries(foreignNpmPackages(architecture)).map(([name, content]) => ({
      type: 'link' as const,
      path: join(modules, name),
      content,
    })),
  ];
}

/** `/`, `/a` and `/a/b` of `/a/b/c` */
function ancestorsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...ancestorsOf(parent), parent];
}

/** Exists, with no symbolic link on the way: a directory in a link's place would hide what it leads to. */
function isPlain(path: string): boolean {
  return existsSync(path) && realpathSync(path) === path;
}

function entriesAt(below: string, path: string): readonly CpioEntry[] {
  const found = readEntry(path);
  if (found === undefined) return [];
  const children = found.type === 'directory' ? readdirSync(path) : [];
  const entry = { ...found, path: join(below, path) };
  return [entry, ...children.flatMap((name) => entriesAt(below, join(path, name)))];
}

/** Undefined for what is neither file nor directory nor link, and for what others have just removed. */
function readEntry(path: string): Omit<CpioEntry, 'path'> | undefined {
  try {
    const stat = lstatSync(path);
    const common = { mode: stat.mode & 0o7777, modified: Math.floor(stat.mtimeMs / 1000) };
    if (stat.isDirectory()) return { type: 'directory', ...common };
    if (stat.isSymbolicLink()) return { type: 'link', content: readlinkSync(path), ...common };
    if (!stat.isFile()) return undefined;
    const ours = path.endsWith('.ts') && !path.includes('/node_modules/');
    return { type: 'file', content: ours ? withoutTypes(path) : readFileSync(path), ...common };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function withoutTypes(path: string): string {
  const text = readFileSync(path, 'utf8');
  try {
    return stripTypeScriptTypes(text);
  } catch {
    return text; // The test that imports it says what is wrong with it.
  }
}
