import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { libbpfVersion } from './libraries.ts';
import { epoch, root, run } from './place.ts';
import { bundledPackages } from './runtime.ts';

type Component = { type: string; name: string; version: string; licenses: object[]; purl?: string };

/** A bill of materials of an artifact beside it, in the CycloneDX format; the same artifact gives the same bytes. */
export function writeSbom(artifact: string): void {
  const packages = bundledPackages().map((name): Component => {
    const { version, license } = JSON.parse(
      readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'),
    );
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    return { type: 'library', name, version, licenses: licensed(license), purl };
  });
  const hash = createHash('sha256').update(readFileSync(artifact)).digest('hex');
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5')}`,
    metadata: {
      timestamp: new Date(Number(epoch) * 1000).toISOString(),
      component: {
        type: 'application',
        name: 'ebpf_exporter',
        version: projectVersion(),
        hashes: [{ alg: 'SHA-256', content: hash }],
      },
    },
    components: [
      ...packages,
      {
        type: 'library',
        name: 'libbpf',
        version: libbpfVersion,
        licenses: licensed('LGPL-2.1-only OR BSD-2-Clause'),
      },
      ...debianLibraries(),
    ],
  };
  writeFileSync(`${artifact}.cdx.json`, `${JSON.stringify(bom, null, 2)}\n`);
}

/** Libraries that come as Debian built them, with the versions that were in the builder's root. */
function debianLibraries(): Component[] {
  const builder = join(root, 'build/release/bullseye');
  return [
    ['libelf1', 'LGPL-3.0-or-later OR GPL-2.0-or-later'],
    ['zlib1g', 'Zlib'],
    ['libstdc++6', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
    ['libgcc-s1', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
    ['libatomic1', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
  ].map(([name, license]) => {
    const query = [
      'dpkg-query',
      '--admindir',
      join(builder, 'var/lib/dpkg'),
      '-W',
      '-f',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own
      '${Version}',
      name!,
    ];
    const version = run(query[0]!, query.slice(1));
    return {
      type: 'library',
      name: name!,
      version,
      licenses: licensed(license!),
      purl: `pkg:deb/debian/${name}@${version}`,
    };
  });
}

function licensed(license: string): object[] {
  return [/ (OR|WITH) /.test(license) ? { expression: license } : { license: { id: license } }];
}

function projectVersion(): string {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}
