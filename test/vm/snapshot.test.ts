import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { amd64 } from './architectures.ts';
import { root } from './place.ts';
import { snapshotOf } from './snapshot.ts';

describe('the snapshot of a checkout', () => {
  const entries = snapshotOf('below', amd64);
  const find = (path: string) => entries.find((entry) => entry.path === join('below', root, path));

  it('has files as they are', () => {
    const bytes = readFileSync(join(root, 'package.json'));
    assert.deepEqual(find('package.json')?.content, bytes);
    assert.equal(find('bin/ebpf_exporter')?.mode, 0o755);
  });

  it('has TypeScript without types, line by line and column by column', () => {
    const lines = readFileSync(join(root, 'src/main.ts'), 'utf8').split('\n');
    const stripped = String(find('src/main.ts')?.content).split('\n');
    assert.equal(stripped.length, lines.length);
    assert.ok(stripped.every((line, at) => line.length === lines[at]!.length));
    assert.doesNotMatch(stripped.join('\n'), /Promise<number>/);
  });

  it('has each path once, and directories before what is in them', () => {
    const seen = new Set<string>();
    for (const { path } of entries) {
      assert.ok(!seen.has(path), path);
      assert.ok(path === 'below/' || seen.has(dirname(path)) || dirname(path) === 'below', path);
      seen.add(path);
    }
  });
});
