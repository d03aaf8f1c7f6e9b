import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { resolveBelow } from './rootfs.ts';

const root = mkdtempSync(join(tmpdir(), 'rootfs-'));
after(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'usr/lib/deep'), { recursive: true });
writeFileSync(join(root, 'usr/lib/libc.so.6'), '');
for (const [at, target] of [
  ['lib', 'usr/lib'],
  ['absolute', '/usr/lib/libc.so.6'],
  ['usr/lib/up', '../../../../../../etc/passwd'],
  ['chain', '/lib/deep/../libc.so.6'],
  ['circle', 'circle'],
] as const) {
  symlinkSync(target, join(root, at));
}

const table: readonly [path: string, found: string][] = [
  ['/usr/lib/libc.so.6', 'usr/lib/libc.so.6'],
  ['/lib/libc.so.6', 'usr/lib/libc.so.6'],
  ['/absolute', 'usr/lib/libc.so.6'],
  ['/chain', 'usr/lib/libc.so.6'],
  ['/lib/up', 'etc/passwd'],
  ['/../../etc/shadow', 'etc/shadow'],
  ['/lib/../bin/sh', 'usr/bin/sh'],
  ['/not/there/..//x', 'not/x'],
  ['relative', 'relative'],
];
for (const [path, found] of table) {
  test(`${path} is ${found} below a root`, () => assert.equal(resolveBelow(root, path), join(root, found)));
}

test('links in a circle are an error', () => {
  assert.throws(() => resolveBelow(root, '/circle/x'), { code: 'usage', message: /too many symbolic links/ });
});

test('a path below / is itself', () => assert.equal(resolveBelow('/', '/a/../b'), '/a/../b'));
