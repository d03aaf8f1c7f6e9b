import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { run, SetupError, step } from './announce.mjs';
import { compatibilityTable } from './compatibility-table.mjs';
import { filesBelow, pinnedNode, root, toolPath } from './place.mjs';
import { setup } from './setup.mjs';

const kernels = ['5.10', '6.1', '6.12', '7.3', '6.12-arm64'];
const logs = join(root, 'build/compatibility');
const document = join(root, 'docs/compatibility.md');

/**
 * `npm run compatibility [-- --kernel SERIES]`: runs the tests of the examples, and a check of each example, in guests,
 * and writes docs/compatibility.md. A kernel that is not asked for keeps what it said before.
 */
run(async () => {
  const { values } = parseArgs({ options: { kernel: { type: 'string', multiple: true } } });
  const asked = values.kernel ?? kernels;
  const unknown = asked.filter((kernel) => !kernels.includes(kernel));
  if (unknown.length > 0) throw new SetupError(`--kernel ${unknown}: ${kernels.join(', ')} are compared`);
  await setup({ forTests: true });
  mkdirSync(logs, { recursive: true });
  const limit = ['--time-limit', '3600'];
  for (const kernel of asked) {
    // A failing test is a result like any other.
    await step(`Running the tests of the examples on ${kernel}`, () =>
      keep(`${kernel}-tests`, ['test/vm/suite.ts', ...limit, '--kernel', kernel, 'examples']),
    );
    // That of the guest, which may be of another architecture.
    const node = 'node_modules/node-linux-*/bin/node';
    const check = `sh setup/load-file-systems.sh; ${node} setup/examples.mjs --check --compiled`;
    await step(`Checking each example on ${kernel}`, () =>
      keep(`${kernel}-check`, ['test/vm/command.ts', '--kernel', kernel, check]),
    );
  }
  const examples = filesBelow('examples')
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
  const results = kernels
    .filter((kernel) => existsSync(log(`${kernel}-check`)))
    .map((kernel) => ({
      kernel,
      tests: existsSync(log(`${kernel}-tests`)) ? readFileSync(log(`${kernel}-tests`), 'utf8') : '',
      check: readFileSync(log(`${kernel}-check`), 'utf8'),
    }));
  // Programs may name files of this checkout.
  writeFileSync(document, compatibilityTable(examples, results).replaceAll(`${root}/`, ''));
  console.log(`Wrote docs/compatibility.md, for Linux ${results.map(({ kernel }) => kernel).join(', ')}`);
  return 0;
});

/** @param {string} name */
function log(name) {
  return join(logs, `${name}.log`);
}

/**
 * Runs a script of ours and keeps what it prints.
 * @param {string} name
 * @param {string[]} script and its arguments
 */
function keep(name, script) {
  const args = ['--disable-warning=ExperimentalWarning', ...script];
  const env = { ...process.env, PATH: toolPath };
  const { stdout, error } = spawnSync(pinnedNode, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  writeFileSync(log(name), stdout);
}
