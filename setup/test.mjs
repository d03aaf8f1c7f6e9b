import { run, SetupError, step } from './announce.mjs';
import { installGuestPackages } from './debian-packages.mjs';
import { finish } from './finish.mjs';
import { foreground } from './foreground.mjs';
import { filesBelow, pinnedNode, root, toolPath } from './place.mjs';
import { setup } from './setup.mjs';

const env = { ...process.env, PATH: toolPath };

run(async () => {
  const args = process.argv.slice(2);
  const flags = args.filter((arg) => arg.startsWith('-'));
  const filters = args.filter((arg) => !arg.startsWith('-'));
  await setup({ forTests: true });
  const rooms = ['house', 'deploy', 'page', 'kernel', 'hostile', 'release', 'vm'].map(
    (room) => `test/${room}`,
  );
  const files = ['src', 'bench', ...rooms]
    .flatMap(filesBelow)
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => filters.length === 0 || filters.some((part) => file.includes(part)));
  // Where they cannot be had, the tests that need them are skipped, and say so.
  if (files.some((file) => file.startsWith('test/vm/')))
    await installGuestPackages().catch(({ message }) => console.log(message));
  if (files.length === 0) throw new SetupError(`No test file's path contains ${filters.join(' or ')}`);
  await step('Checking types', async () => {
    await check('node_modules/typescript/bin/tsc', '--noEmit');
    await check('node_modules/typescript/bin/tsc', '--noEmit', '--project', 'src/page');
  });
  const colors = process.stderr.isTTY ? '--colors=force' : '--colors=off';
  await step('Checking lint and format', () =>
    check('node_modules/@biomejs/biome/bin/biome', 'ci', colors, '.'),
  );
  console.log(`Running ${files.length} test files`);
  // One file at a time: the kernel's tests count what the whole machine does, and would see each other.
  const runner = [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-reporter=spec',
    '--test-concurrency=1',
  ];
  return foreground(pinnedNode, [...runner, ...flags, ...files], { cwd: root, env });
});

/** @param {string[]} script and its arguments; quiet when all is well */
async function check(...script) {
  const { ok, stdout, stderr } = await finish(pinnedNode, script, { cwd: root, env });
  if (!ok) throw new SetupError(`${stdout}${stderr}`);
}
