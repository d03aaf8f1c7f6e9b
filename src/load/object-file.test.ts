import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { identityOf, KnownObjects } from './object-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'object-file-'));
after(() => rmSync(directory, { recursive: true }));

/** A file that was just loaded. */
function given(name: string) {
  const path = join(directory, name);
  const write = (text: string): void => {
    rmSync(path, { force: true });
    writeFileSync(path, text);
  };
  write('an object');
  return { path, write, loaded: identityOf(path), objects: new KnownObjects() };
}

describe('an object file', () => {
  test('that nobody touched is the same', () => {
    const { path, loaded, objects } = given('untouched');
    assert.equal(objects.isSame(path, loaded), true);
  });

  test('is the same when it was remembered, and written anew with the same bytes', () => {
    const { path, write, loaded, objects } = given('rewritten');
    objects.remember(path, loaded);
    write('an object');
    assert.notEqual(identityOf(path), loaded);
    assert.equal(objects.isSame(path, loaded), true);
    write('an Object');
    assert.equal(objects.isSame(path, loaded), false);
  });

  test('is another when it was written before anybody remembered it', () => {
    const { path, write, loaded, objects } = given('early');
    write('an object');
    assert.equal(objects.isSame(path, loaded), false);
  });

  test('that is gone is another', () => {
    const { path, loaded, objects } = given('gone');
    objects.remember(path, loaded);
    rmSync(path);
    assert.equal(objects.isSame(path, loaded), false);
  });
});
