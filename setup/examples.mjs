import { spawn } from 'node:child_process';
import { cpus, release } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { run, SetupError } from './announce.mjs';
import { compileExamples } from './compile-examples.mjs';
import { parseCheck } from './parse-check.mjs';
import { filesBelow, root } from './place.mjs';
import { setup } from './setup.mjs';

/**
 * `npm run examples -- --check [NAME...]`: checks examples against the running kernel and prints a table.
 * Exit code 0 unless one does not compile: what a kernel lacks is no fault of an example.
 */
run(async () => {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean' }, markdown: { type: 'boolean' }, compiled: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (!values.check) throw new SetupError('npm run examples -- --check [NAME...] checks them on this kernel');
  // Guests have what the host compiled.
  if (!values.compiled) {
    await setup();
    await compileExamples({ announce: console.log });
  }
  const all = filesBelow('examples')
    .filter((file) => file.endsWith('.bpf.c'))
    .map((file) => basename(file, '.bpf.c'))
    .sort();
  const unknown = positionals.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new SetupError(`No such example: ${unknown.join(', ')}`);
  const names = positionals.length > 0 ? positionals : all;

  /** @type {Map<string, import('./parse-check.mjs').Outcome>} */
  const outcomes = new Map();
  const queue = [...names];
  await Promise.all(
    cpus().map(async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        outcomes.set(name, parseCheck(name, await check(name)));
      }
    }),
  );

  console.log(`Linux ${release()}`);
  const width = Math.max(...names.map((name) => name.length));
  for (const name of names) {
    const { loads, programs, attached, problems } = outcomes.get(name) ?? parseCheck(name, '');
    const state = loads ? `loads, ${attached} of ${programs} attach` : 'does not load';
    console.log(`${name.padEnd(width)}  ${state}`);
    for (const problem of problems) console.log(`${' '.repeat(width)}    ${problem}`);
  }
  return 0;
});

/**
 * The log of a check.
 * @param {string} name
 * @returns {Promise<string>}
 */
function check(name) {
  const flags = ['--config.dir=examples', `--config.names=${name}`, '--config.check', '--log.format=json'];
  const child = spawn(join(root, 'bin/ebpf_exporter'), flags, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    log += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(log));
  });
}
