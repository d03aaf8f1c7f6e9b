import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { debianMirror } from '../test/support/debian-mirror.ts';
import { builderRoot } from './debian-root.ts';
import { type Architecture, cache, native, run } from './place.ts';

/** Where libraries are built: the oldest Debian that is served has glibc 2.31, and what is built there needs 2.28. */
const suite = 'bullseye';

/** The release of libbpf that artifacts carry, from Debian's source package of that version. */
export const libbpfVersion = '1.7.0';

/**
 * The shared libraries that artifacts carry, as a directory: libbpf, what it needs beside the C library, and the C++
 * library that Node.js needs. libbpf finds its neighbours by its RPATH.
 */
export function libraries(architecture: Architecture): string {
  const directory = join(cache, `libraries-${libbpfVersion}-${architecture.debian}`);
  if (existsSync(directory)) return directory;
  const builder = builderRoot(suite);
  const source = libbpfSource();
  const inside = '/build';
  rmSync(join(builder, inside), { recursive: true, force: true });
  mkdirSync(join(builder, inside));
  copyFileSync(source, join(builder, inside, 'libbpf.tar.gz'));
  writeFileSync(join(builder, inside, 'build.sh'), buildScript(architecture));
  run('chroot', [builder, 'sh', `${inside}/build.sh`]);
  const built = `${directory}.${process.pid}`;
  run('cp', ['-rL', join(builder, inside, 'out'), built]);
  renameSync(built, directory);
  return directory;
}

function buildScript({ debian, triplet }: Architecture): string {
  const foreign = debian !== native.debian;
  const packages = [
    `libelf-dev:${debian}`,
    `zlib1g-dev:${debian}`,
    `libstdc++6:${debian}`,
    `libgcc-s1:${debian}`,
    `libatomic1:${debian}`,
  ];
  if (foreign) packages.push(`gcc-${triplet.replace('_', '-')}`, `libc6-dev:${debian}`);
  return `set -eu
exec 2>&1
${foreign ? `dpkg --add-architecture ${debian}\napt-get -q update` : ''}
DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends make gcc pkg-config ${packages.join(' ')}
cd /build
tar -xzf libbpf.tar.gz
cd libbpf-${libbpfVersion}/src
make CC=${foreign ? `${triplet}-gcc` : 'gcc'} \\
  PKG_CONFIG=${foreign ? 'false NO_PKG_CONFIG=1' : 'pkg-config'} \\
  CFLAGS='-g0 -O2 -fPIC -ffile-prefix-map=/build=.' \\
  LDFLAGS='-Wl,--disable-new-dtags,-rpath,\\$$ORIGIN -Wl,-z,relro,-z,now,--build-id=none -s'
mkdir /build/out
cp -L libbpf.so.1 /build/out
for library in libelf.so.1 libz.so.1 libstdc++.so.6 libgcc_s.so.1 libatomic.so.1; do
  cp -L "$(find /usr/lib/${triplet} /lib/${triplet} -name $library | head -n 1)" /build/out
done
mkdir /build/out/licences
cp ../LICENSE /build/out/licences/libbpf
for package in libelf1 zlib1g libstdc++6 libgcc-s1 libatomic1; do
  cp -L /usr/share/doc/$package/copyright /build/out/licences/$package
done
`;
}

/** Takes the symbols off a program or library, by the tools that built the libraries. */
export function strip({ debian, triplet }: Architecture, file: string): void {
  const inside = join(builderRoot(suite), 'build', basename(file));
  copyFileSync(file, inside);
  const tool = debian === native.debian ? 'strip' : `${triplet.replace('_', '-')}-strip`;
  run('chroot', [builderRoot(suite), tool, `/build/${basename(file)}`]);
  copyFileSync(inside, file);
  rmSync(inside);
}

/** The contents of packages of that suite, unpacked into one directory. */
export function debianFiles({ debian }: Architecture, packages: readonly string[]): string {
  const directory = join(cache, `files-${debian}-${packages.join('-')}`);
  if (existsSync(directory)) return directory;
  const builder = builderRoot(suite);
  rmSync(join(builder, 'files'), { recursive: true, force: true });
  mkdirSync(join(builder, 'files/out'), { recursive: true });
  writeFileSync(
    join(builder, 'files/fetch.sh'),
    `set -eu
exec 2>&1
${debian === native.debian ? '' : `dpkg --add-architecture ${debian}\n`}apt-get -q update
cd /files
apt-get -q -o APT::Sandbox::User=root download ${packages.map((name) => `${name}:${debian}`).join(' ')}
for package in *.deb; do dpkg-deb -x "$package" out; done
`,
  );
  run('chroot', [builder, 'sh', '/files/fetch.sh']);
  renameSync(join(builder, 'files/out'), directory);
  return directory;
}

/** The upstream tarball out of Debian's source package. */
function libbpfSource(): string {
  const apt = join(cache, 'apt');
  const file = join(apt, `libbpf_${libbpfVersion}.orig.tar.gz`);
  if (existsSync(file)) return file;
  for (const part of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(join(apt, part), { recursive: true });
  writeFileSync(join(apt, 'sources.list'), `deb-src ${debianMirror()}/debian sid main\n`);
  const options = [
    ['Dir::Etc::sourcelist', join(apt, 'sources.list')],
    ['Dir::Etc::sourceparts', '/dev/null'],
    ['Dir::State::lists', join(apt, 'lists')],
    ['Dir::Cache', join(apt, 'cache')],
    ['APT::Sandbox::User', 'root'],
  ].flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  run('apt-get', [...options, 'update']);
  run('apt-get', [...options, 'source', '--download-only', 'libbpf'], { cwd: apt });
  if (existsSync(file)) return file;
  throw new Error(`Debian no longer serves libbpf ${libbpfVersion}; it has ${readdirSync(apt).join(' ')}`);
}
