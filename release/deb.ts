import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { manPage } from './man-page.ts';
import { type Architecture, cache, dist, epoch, root, run, version } from './place.ts';
import { writeLicences, writeRuntime } from './runtime.ts';
import { writeExamples } from './tarball.ts';

export const packageName = 'prometheus-ebpf-exporter';

/** The same tree as a package of Debian's would have, for `.deb` and `.rpm`. */
export function writePackageTree(tree: string, architecture: Architecture): void {
  const at = (...parts: string[]): string => join(tree, ...parts);
  writeRuntime(at('usr/lib', packageName), architecture);
  mkdirSync(at('usr/bin'), { recursive: true });
  symlinkSync(`../lib/${packageName}/ebpf_exporter`, at('usr/bin', packageName));
  writeExamples(at('usr/lib', packageName, 'examples'), architecture);
  const etc = at('etc', packageName);
  mkdirSync(etc, { recursive: true });
  for (const unit of ['service', 'socket'])
    install(at('lib/systemd/system', `${packageName}.${unit}`), systemdFile(unit));
  install(at('etc/default', packageName), systemdFile('default'));
  install(at('usr/share/man/man1', `${packageName}.1.gz`), gzipSync(manPage(), { level: 9 }));
  writeLicences(at('usr/share/doc', packageName, 'licences'), architecture);
}

/** `prometheus-ebpf-exporter_VERSION_ARCH.deb`. Gives its path. */
export function makeDeb(architecture: Architecture): string {
  const tree = join(cache, 'deb', architecture.debian);
  rmSync(tree, { recursive: true, force: true });
  writePackageTree(tree, architecture);
  const doc = join(tree, 'usr/share/doc', packageName);
  install(join(doc, 'changelog.gz'), gzipSync(debianChangelog(), { level: 9 }));
  install(join(doc, 'copyright'), readFileSync(join(root, 'deploy/debian/copyright')));
  install(
    join(tree, 'usr/share/lintian/overrides', packageName),
    readFileSync(join(root, 'deploy/debian/lintian-overrides')),
  );
  const control = join(tree, 'DEBIAN');
  mkdirSync(control, { recursive: true });
  const size = run('du', ['-sk', '--exclude=DEBIAN', tree]).split('\t')[0];
  install(
    join(control, 'control'),
    readFileSync(join(root, 'deploy/debian/control'), 'utf8')
      .replace('@VERSION@', version)
      .replace('@ARCHITECTURE@', architecture.debian)
      .replace('@SIZE@', size!),
  );
  install(join(control, 'conffiles'), `/etc/default/${packageName}\n`);
  for (const script of ['postinst', 'prerm', 'postrm']) {
    cpSync(join(root, 'deploy/debian', script), join(control, script));
    chmodSync(join(control, script), 0o755);
  }
  const sums = run('find', ['.', '-type', 'f', '-not', '-path', './DEBIAN/*', '-printf', '%P\\n'], {
    cwd: tree,
  })
    .split('\n')
    .filter(Boolean)
    .sort();
  install(join(control, 'md5sums'), run('md5sum', sums, { cwd: tree }));
  run('chmod', ['-R', 'u=rwX,go=rX', tree]);
  run('find', [
    tree,
    '-newermt',
    `@${epoch}`,
    '-exec',
    'touch',
    '--no-dereference',
    '--date',
    `@${epoch}`,
    '{}',
    '+',
  ]);
  mkdirSync(dist, { recursive: true });
  const file = join(dist, `${packageName}_${version}_${architecture.debian}.deb`);
  run('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', tree, file]);
  return file;
}

function systemdFile(kind: string): Buffer {
  return readFileSync(join(root, 'deploy/systemd', `${packageName}.${kind}`));
}

function install(file: string, content: string | Uint8Array): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
}

function debianChangelog(): string {
  const date = new Date(Number(epoch) * 1000).toUTCString().replace('GMT', '+0000');
  return `${packageName} (${version}) unstable; urgency=medium

  * See CHANGELOG.md of the release.

 -- The ebpf-exporter maintainers <maintainers@ebpf-exporter.invalid>  ${date}
`;
}
