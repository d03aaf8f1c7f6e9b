import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { debianFiles } from './libraries.ts';
import { type Architecture, cache, dist, epoch, root, run, version } from './place.ts';
import { writeLicences, writeRuntime } from './runtime.ts';
import { sameBytes, writeExamples } from './tarball.ts';

const home = '/opt/ebpf_exporter';

/** What Node.js and a shell script need of a system beside the release itself. */
const systemLibraries = [
  'libc.so.6',
  'libm.so.6',
  'libdl.so.2',
  'libpthread.so.0',
  'librt.so.1',
  'libresolv.so.2',
];
const loaders = { amd64: 'lib64/ld-linux-x86-64.so.2', arm64: 'lib/ld-linux-aarch64.so.1' } as const;
const applets = ['sh', 'ln', 'ls', 'cat', 'wget', 'readlink'];

/**
 * `ebpf_exporter-VERSION.linux-ARCH.oci.tar`: an image of one layer in the OCI layout
 * (opencontainers/image-spec 1.1), which `podman load`, `skopeo copy oci-archive:` and the like take. Made of plain files:
 * no daemon, no privilege. Gives its path.
 */
export function makeImage(architecture: Architecture): string {
  const work = join(cache, 'image', architecture.debian);
  rmSync(work, { recursive: true, force: true });
  const tree = join(work, 'root');
  writeImageRoot(tree, architecture);
  const layer = join(work, 'layer.tar');
  run('tar', [...sameBytes, '-C', tree, '-cf', layer, '.']);
  const uncompressed = readFileSync(layer);
  const layout = join(work, 'layout');
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
  const blob = (mediaType: string, content: Uint8Array): Descriptor => {
    writeFileSync(join(layout, 'blobs/sha256', sha256(content)), content);
    return { mediaType, digest: `sha256:${sha256(content)}`, size: content.length };
  };
  const created = new Date(Number(epoch) * 1000).toISOString();
  const layerBlob = blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(uncompressed, { level: 9 }));
  const config = blob(
    'application/vnd.oci.image.config.v1+json',
    json({
      created,
      architecture: architecture.debian,
      os: 'linux',
      config: {
        Entrypoint: [`${home}/ebpf_exporter`],
        ExposedPorts: { '9435/tcp': {} },
        WorkingDir: '/',
        Labels: { 'org.opencontainers.image.version': version, 'org.opencontainers.image.licenses': 'MIT' },
      },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(uncompressed)}`] },
      history: [{ created, created_by: 'npm run release' }],
    }),
  );
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = blob(mediaType, json({ schemaVersion: 2, mediaType, config, layers: [layerBlob] }));
  const annotations = { 'org.opencontainers.image.ref.name': version };
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(layout, 'index.json'),
    json({
      schemaVersion: 2,
      manifests: [{ ...manifest, annotations, platform: { architecture: architecture.debian, os: 'linux' } }],
    }),
  );
  mkdirSync(dist, { recursive: true });
  const file = join(dist, `ebpf_exporter-${version}.linux-${architecture.debian}.oci.tar`);
  run('tar', [...sameBytes, '-C', layout, '-cf', file, 'blobs', 'index.json', 'oci-layout']);
  return file;
}

type Descriptor = { readonly mediaType: string; readonly digest: string; readonly size: number };

/** The file system of the image: the release, the C library, and a shell for its launcher. */
export function writeImageRoot(tree: string, architecture: Architecture): void {
  const at = (path: string): string => {
    mkdirSync(join(tree, path, '..'), { recursive: true });
    return join(tree, path);
  };
  writeRuntime(at(home), architecture);
  copyFileSync(join(root, 'deploy/image/link-configs'), at(`${home}/link-configs`));
  chmodSync(join(tree, home, 'link-configs'), 0o755);
  writeExamples(at('usr/share/ebpf_exporter/examples'), architecture);
  writeLicences(at('usr/share/doc/ebpf_exporter/licences'), architecture);
  const system = debianFiles(architecture, ['libc6', 'busybox-static']);
  for (const name of systemLibraries)
    copyFileSync(join(system, 'lib', architecture.triplet, name), at(`lib/${architecture.triplet}/${name}`));
  copyFileSync(join(system, 'lib', architecture.triplet, 'ld-2.31.so'), at(loaders[architecture.debian]));
  chmodSync(join(tree, loaders[architecture.debian]), 0o755);
  copyFileSync(join(system, 'bin/busybox'), at('bin/busybox'));
  for (const applet of applets) symlinkSync('busybox', at(`bin/${applet}`));
  for (const directory of ['tmp', 'proc', 'sys', 'dev', 'etc'])
    mkdirSync(join(tree, directory), { recursive: true });
  chmodSync(join(tree, 'tmp'), 0o1777);
  writeFileSync(at('etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n');
  writeFileSync(at('etc/group'), 'root:x:0:\nnobody:x:65534:\n');
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
