import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import type { CpioEntry } from './cpio.ts';
import { root } from './place.ts';

/** What the tests read often. All else of the checkout is there too, by the slower way of the host's file system. */
const parts = [
  ...['package.json', 'package-lock.json', 'bin', 'src', 'test', 'examples'],
  ...[
    'build/ebpf_exporter.mjs',
    'build/compile-cache',
    'build/fixtures',
    'node_modules/koffi',
    'node_modules/@koromix',
  ],
];

/**
 * Files of the checkout as they are now, for the memory of a guest: reading them costs little there, and who edits
 * them meanwhile does not disturb it. TypeScript comes without its types (see plain-typescript.mjs).
 * @param below where they go, relative to the root of the archive
 */
export function snapshotOf(below: string): readonly CpioEntry[] {
  const ancestors: string[] = [];
  for (let path = root; path !== '/'; path = dirname(path)) ancestors.unshift(path);
  return [
    ...['/', ...ancestors, join(root, 'build'), join(root, 'node_modules')].flatMap((path) =>
      directory(below, path),
    ),
    ...parts.flatMap((part) => entriesAt(below, join(root, part))),
  ];
}

function entriesAt(below: string, path: string): readonly CpioEntry[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  const at = join(below, path);
  const modified = Math.floor(stat.mtimeMs / 1000);
  if (!stat.isDirectory()) {
    const content = isOurTypeScript(path) ? withoutTypes(path) : readFileSync(path);
    return [{ path: at, type: 'file', mode: stat.mode & 0o7777, modified, content }];
  }
  return [
    ...directory(below, path),
    ...readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
      const child = join(path, entry.name);
      if (entry.isSymbolicLink()) {
        return [{ path: join(below, child), type: 'link' as const, content: readlinkSync(child) }];
      }
      return entry.isFile() || entry.isDirectory() ? entriesAt(below, child) : [];
    }),
  ];
}

function isOurTypeScript(path: string): boolean {
  return path.endsWith('.ts') && !path.includes('/node_modules/');
}

function withoutTypes(path: string): string {
  const text = readFileSync(path, 'utf8');
  try {
    return stripTypeScriptTypes(text);
  } catch {
    return text; // The test that imports it says what is wrong with it.
  }
}

function directory(below: string, path: string): readonly CpioEntry[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return [{ path: join(below, path), type: 'directory', mode: stat.mode & 0o7777 }];
}
