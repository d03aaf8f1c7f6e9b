import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError, step } from './announce.mjs';
import { finish } from './finish.mjs';
import { pinnedNode, root } from './place.mjs';

/** Says which package-lock.json node_modules was made from; `npm ci` removes it with node_modules. */
const stamp = join(root, 'node_modules/.made-from');

/** Runs `npm ci` when node_modules was not made from package-lock.json as it is now. */
export async function installNpmPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock && existsSync(pinnedNode)) return;
  await step('Installing npm packages', async () => {
    // No install script is needed: the binaries of Node.js, koffi, biome and tsc are packages of their own.
    const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--loglevel=error'];
    const { ok, stdout, stderr } = await finish('npm', args, {
      cwd: root,
      env: { ...process.env, PATH: pathWithoutOurs() },
    });
    if (!ok) throw new SetupError(`npm ${args.join(' ')}\n${stdout}${stderr}`);
    if (!existsSync(pinnedNode)) {
      throw new SetupError(
        `npm ci brought no Node.js for ${process.platform} ${process.arch}; linux x64 and arm64 are supported.`,
      );
    }
    writeFileSync(stamp, lock);
  });
}

/** npm puts node_modules/.bin first, and with it the pinned Node.js, which `npm ci` is about to remove. */
function pathWithoutOurs() {
  const ours = join(root, 'node_modules');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !entry.startsWith(ours))
    .join(delimiter);
}
