import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, dist, native, version } from '../../../release/place.ts';
import { needs, type Requirement } from '../../kernel/support/requirements.ts';

export type Kind = 'tarball' | 'deb' | 'rpm' | 'image';

/** Where the release puts an artifact. */
export function artifact(kind: Kind, { debian, rpm }: Architecture = native): string {
  const name = {
    tarball: `ebpf_exporter-${version}.linux-${debian}.tar.gz`,
    deb: `prometheus-ebpf-exporter_${version}_${debian}.deb`,
    rpm: `prometheus-ebpf-exporter-${version}-1.${rpm}.rpm`,
    image: `ebpf_exporter-${version}.linux-${debian}.oci.tar`,
  };
  return join(dist, name[kind]);
}

/** Options for tests of an artifact: they are skipped where it was not made, and but before a release. */
export function needsArtifact(
  kind: Kind,
  more: readonly Requirement[] = [],
  architecture: Architecture = native,
): { skip: string | false } {
  const { skip } = needs('slow', ...more);
  if (skip) return { skip };
  const file = artifact(kind, architecture);
  return { skip: existsSync(file) ? false : `there is no ${file}: npm run release makes it` };
}
