import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './announce.mjs';
import { installGuestPackages } from './debian-packages.mjs';
import { foreground } from './foreground.mjs';
import { pinnedNode, root, toolPath } from './place.mjs';
import { setup } from './setup.mjs';

/**
 * Runs the kernel suite in other kernels. Expects the set-up to be done.
 * @param {string[]} args as of `npm run test:vm`
 * @returns {Promise<number>} exit code
 */
export async function testInGuests(args) {
  await installGuestPackages();
  return runInGuests('test/vm/suite.ts', args);
}

/**
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export function runInGuests(script, args) {
  // Guests end with the script, and the script with us, whatever ends us.
  const node = [pinnedNode, '--disable-warning=ExperimentalWarning'];
  const command = ['--pdeathsig', 'KILL', ...node, script, ...args];
  return foreground('setpriv', command, { cwd: root, env: { ...process.env, PATH: toolPath } });
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  run(async () => {
    await setup({ forTests: true });
    return testInGuests(process.argv.slice(2));
  });
}
