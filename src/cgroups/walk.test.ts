import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fakeRoot } from '../kernel/root-testing.ts';
import { openNative } from '../native/library.ts';
import { libbpfMissing } from '../native/native-testing.ts';
import { walkCgroups } from './walk.ts';

describe('a walk over cgroups', { skip: libbpfMissing() }, () => {
  /** Paths below the root, made of what the walk says. */
  function walk(root: string, during = (_name: string): void => undefined): string[] {
    const paths = new Map<number, string>([[statSync(root, { throwIfNoEntry: false })?.ino ?? 0, '']]);
    const found: string[] = [];
    const steps = walkCgroups(openNative(), root, (id, name, parent) => {
      const path = `${paths.get(parent)}/${name}`;
      paths.set(id, path);
      found.push(path);
      during(name);
    });
    for (const _ of steps);
    return found.sort();
  }

  test('finds every directory by the id of its parent, and no file or link', () => {
    const { path } = fakeRoot({ 'a/cgroup.procs': '', 'a/b/cgroup.procs': '', 'c/d/e/f': '' });
    symlinkSync(join(path, 'a'), join(path, 'link'));
    assert.deepEqual(walk(path), ['/a', '/a/b', '/c', '/c/d', '/c/d/e']);
  });

  test('finds all of many in one directory', () => {
    const { path } = fakeRoot({});
    const names = Array.from({ length: 3000 }, (_, i) => `${'x'.repeat(100)}${i}`);
    for (const name of names) mkdirSync(join(path, name));
    assert.deepEqual(walk(path), names.map((name) => `/${name}`).sort());
  });

  test('leaves out what vanishes, the root too', () => {
    const { path } = fakeRoot({ 'a/b/x': '', 'c/d/x': '' });
    const found = walk(path, (name) => {
      if (name === 'a') rmSync(join(path, 'a'), { recursive: true });
    });
    assert.deepEqual(found, ['/a', '/c', '/c/d']);
    assert.deepEqual(walk(join(path, 'a')), []);
  });

  test('finds names that are not UTF-8 and what is below them', () => {
    const { path } = fakeRoot({});
    mkdirSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0x61, 0xff, 0x2f, 0x62])]), {
      recursive: true,
    });
    assert.deepEqual(walk(path), ['/a\xff', '/a\xff/b']);
  });

  test('reads what is in a directory but once', () => {
    const { path } = fakeRoot({ 'a/b/c': '' });
    writeFileSync(join(path, 'a/file'), '');
    const ids: number[] = [];
    for (const _ of walkCgroups(openNative(), path, (id) => ids.push(id)));
    assert.deepEqual(ids, [statSync(join(path, 'a')).ino, statSync(join(path, 'a/b')).ino]);
  });
});
