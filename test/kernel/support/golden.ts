import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Compares with golden/NAME.txt, or with UPDATE_GOLDEN=1 in the environment writes it. */
export function matchesGolden(name: string, text: string): void {
  const file = join(import.meta.dirname, '../golden', `${name}.txt`);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
  assert.deepEqual(text.split('\n'), readFileSync(file, 'utf8').split('\n'));
}
