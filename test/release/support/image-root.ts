import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../../kernel/support/run.ts';
import { scratchDirectory } from '../../kernel/support/scratch.ts';

export type Image = {
  /** Its file system. */
  readonly root: string;
  readonly entrypoint: readonly string[];
};

type Manifest = { config: Descriptor; layers: readonly [Descriptor] };
type Descriptor = { digest: string; size: number };

/** Unpacks an image as a runtime does: index, manifest, configuration and layer, each by its digest. */
export async function unpackImage(file: string): Promise<Image> {
  const layout = scratchDirectory();
  await output('tar', ['-xf', file, '-C', layout]);
  const blob = ({ digest, size }: Descriptor): string => {
    const path = join(layout, 'blobs', digest.replace(':', '/'));
    const bytes = readFileSync(path);
    assert.equal(`sha256:${createHash('sha256').update(bytes).digest('hex')}`, digest);
    assert.equal(bytes.length, size);
    return path;
  };
  const json = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8'));
  const { manifests } = json<{ manifests: [Descriptor] }>(join(layout, 'index.json'));
  const { config, layers } = json<Manifest>(blob(manifests[0]));
  const { config: process } = json<{ config: { Entrypoint: string[] } }>(blob(config));
  const root = join(layout, 'root');
  mkdirSync(root);
  await output('tar', ['-xzpf', blob(layers[0]), '-C', root]);
  return { root, entrypoint: process.Entrypoint };
}
