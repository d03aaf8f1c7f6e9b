import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

export type FakeRoot = { readonly path: string; write(file: string, text: string): void };

/** A directory that stands for `/` in a test file, removed when its tests end. */
export function fakeRoot(files: Readonly<Record<string, string>> = {}): FakeRoot {
  const path = mkdtempSync(join(tmpdir(), 'exporter-root-'));
  after(() => rmSync(path, { recursive: true }));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  };
  for (const [file, text] of Object.entries(files)) write(file, text);
  return { path, write };
}
