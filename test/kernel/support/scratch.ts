import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';

/** A new directory, for everybody to read, that is removed when the test file ends. */
export function scratchDirectory(below = tmpdir()): string {
  const path = mkdtempSync(join(below, 'ebpf_exporter-test-'));
  chmodSync(path, 0o755);
  atExit(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
