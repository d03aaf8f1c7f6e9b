import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dist } from './place.ts';

/** `dist/sha256sums.txt`, as `sha256sum --check` takes it. Gives its lines. */
export function writeChecksums(): string[] {
  const lines = readdirSync(dist)
    .filter((file) => file !== 'sha256sums.txt')
    .sort()
    .map(
      (file) =>
        `${createHash('sha256')
          .update(readFileSync(join(dist, file)))
          .digest('hex')}  ${file}`,
    );
  writeFileSync(join(dist, 'sha256sums.txt'), `${lines.join('\n')}\n`);
  return lines;
}
