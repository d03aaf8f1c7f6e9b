import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { libraries, strip } from './libraries.ts';
import { type Architecture, cache, native, root, run } from './place.ts';

/**
 * Puts everything that runs into `directory`: Node.js, the bundle, koffi, libbpf, and the command `ebpf_exporter`. It
 * needs nothing else of a machine than a C library, 2.28 or newer.
 */
export function writeRuntime(directory: string, architecture: Architecture): void {
  const lib = join(directory, 'lib');
  mkdirSync(lib, { recursive: true });
  const modules = npmPackages(architecture);
  const node = join(lib, 'node');
  copyFileSync(join(modules, `node-linux-${architecture.node}/bin/node`), node);
  for (const file of readdirSync(libraries(architecture)).filter((name) => name.includes('.so'))) {
    copyFileSync(join(libraries(architecture), file), join(lib, file));
    chmodSync(join(lib, file), 0o644);
  }
  strip(architecture, node);
  const koffi = `@koromix/koffi-linux-${architecture.node}`;
  mkdirSync(join(lib, 'node_modules', koffi), { recursive: true });
  for (const part of ['package.json', `linux_${architecture.node}`])
    cpSync(join(modules, koffi, part), join(lib, 'node_modules', koffi, part), { recursive: true });
  for (const file of readdirSync(join(root, 'build')).filter((name) => name.endsWith('.cjs')))
    copyFileSync(join(root, 'build', file), join(lib, file));
  mkdirSync(join(lib, 'page'), { recursive: true });
  for (const file of ['index.html.gz', 'page.css.gz', 'page.js.gz'])
    copyFileSync(join(root, 'build/page', file), join(lib, 'page', file));
  copyFileSync(join(root, 'bin/bundled.cjs'), join(lib, 'bundled.cjs'));
  if (architecture === native) {
    run(node, ['--predictable', join(root, 'release/bytecode.cjs'), join(lib, 'ebpf_exporter.cjs')]);
  }
  copyFileSync(join(root, 'bin/ebpf_exporter'), join(directory, 'ebpf_exporter'));
  chmodSync(join(directory, 'ebpf_exporter'), 0o755);
}

/** Licences of everything in the runtime, one file each. */
export function writeLicences(directory: string, architecture: Architecture): void {
  mkdirSync(directory, { recursive: true });
  copyFileSync(join(root, 'LICENSE'), join(directory, 'ebpf_exporter'));
  cpSync(join(libraries(architecture), 'licences'), directory, { recursive: true });
  for (const name of bundledPackages()) {
    const from = join(root, 'node_modules', name);
    const file = readdirSync(from).find((entry) => /^licen[sc]e/i.test(entry));
    if (file !== undefined)
      copyFileSync(join(from, file), join(directory, name.replace('/', '-').replace('@', '')));
  }
}

/** Names of the npm packages that are in the bundle or beside it. */
export function bundledPackages(): string[] {
  const lines = run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: root }).split('\n');
  const names = lines.flatMap((line) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(line)?.[1] ?? []);
  return [...new Set(names)].filter((name) => existsSync(join(root, 'node_modules', name))).sort();
}

/** A `node_modules` with the platform packages of an architecture. */
function npmPackages({ node, debian }: Architecture): string {
  if (node === native.node) return join(root, 'node_modules');
  const directory = join(cache, `npm-${debian}`);
  if (!existsSync(join(directory, 'node_modules'))) {
    mkdirSync(directory, { recursive: true });
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      copyFileSync(join(root, file), join(directory, file));
    run('npm', ['ci', '--omit=dev', `--cpu=${node}`, '--os=linux', '--libc=glibc'], { cwd: directory });
    rmSync(join(directory, 'node_modules/.bin'), { recursive: true, force: true });
  }
  return join(directory, 'node_modules');
}
