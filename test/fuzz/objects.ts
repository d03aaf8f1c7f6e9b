import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { compileFixture } from '../kernel/support/configs.ts';
import { scratchDirectory } from '../kernel/support/scratch.ts';

/** Opens damaged objects in a process of its own. Throws when that ends otherwise than by itself; says what it did. */
export async function fuzzObjects(seed: number, count: number): Promise<string> {
  const objects = await Promise.all(
    ['every-part', 'odd-types', 'decoders', 'kaddrs', 'layouts'].map((name) => compileFixture(name)),
  );
  const scratch = join(scratchDirectory(), 'damaged.bpf.o');
  const script = join(import.meta.dirname, 'open-objects.ts');
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, script, scratch, `${seed}`, `${count}`, ...objects],
    { encoding: 'utf8', timeout: 600_000, maxBuffer: 64 * 1024 * 1024 },
  );
  const [last = ''] = stdout.trimEnd().split('\n').slice(-1);
  if (status !== 0)
    throw new Error(`object ${last} of ${count} ends the process with ${signal ?? status}: ${stderr}`);
  return `${count} damaged objects, ${last}`;
}
