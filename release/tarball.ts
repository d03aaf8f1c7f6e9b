import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, cache, dist, epoch, root, run, version } from './place.ts';
import { writeLicences, writeRuntime } from './runtime.ts';

/**
 * `ebpf_exporter-VERSION.linux-ARCH.tar.gz`, as Prometheus' exporters come: unpacked anywhere, it runs where it is.
 * Gives its path.
 */
export function makeTarball(architecture: Architecture): string {
  const name = `ebpf_exporter-${version}.linux-${architecture.debian}`;
  const tree = join(cache, 'tarball', name);
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  writeRuntime(tree, architecture);
  writeExamples(join(tree, 'examples'), architecture);
  writeLicences(join(tree, 'licences'), architecture);
  for (const file of ['LICENSE', 'CHANGELOG.md', 'README.md', 'docs', 'deploy'])
    cpSync(join(root, file), join(tree, file), { recursive: true });
  const file = join(dist, `${name}.tar.gz`);
  mkdirSync(dist, { recursive: true });
  run('tar', [...sameBytes, '-C', join(tree, '..'), '-I', 'gzip -9n', '-cf', file, name]);
  return file;
}

/** What makes tar write the same tree as the same bytes. */
export const sameBytes: readonly string[] = [
  '--sort=name',
  `--mtime=@${epoch}`,
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--mode=u=rwX,go=rX',
  '--format=posix',
  '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
];

/** Every example, compiled, beside its YAML. */
export function writeExamples(directory: string, { debian }: Architecture): void {
  mkdirSync(directory, { recursive: true });
  const examples = join(root, 'examples');
  for (const file of readdirSync(examples).filter((name) => name.endsWith('.yaml')))
    cpSync(join(examples, file), join(directory, file));
  const arch = debian === 'amd64' ? 'x86_64' : debian;
  const compiler = join(root, 'setup/compile-examples.mjs');
  run(process.execPath, [compiler, '--portable', '--arch', arch, '--out', directory]);
}
