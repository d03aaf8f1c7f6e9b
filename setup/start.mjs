import { release } from 'node:os';
import { join } from 'node:path';
import { run, SetupError } from './announce.mjs';
import { foreground } from './foreground.mjs';
import { root } from './place.mjs';
import { setup } from './setup.mjs';
import { suitableExamples } from './suitable-examples.mjs';

const args = process.argv.slice(2);

run(async () => {
  await setup();
  const config = has('--config.dir') ? [] : ['--config.dir=examples'];
  const asks = ['-h', '--help', '--version'].some(has);
  if (!asks && !has('--config.dir') && !has('--config.names')) {
    config.push(`--config.names=${(await select()).join(',')}`);
  }
  const address = url();
  if (!asks && !has('--config.check') && address !== undefined) console.log(`Metrics at ${address}`);
  return foreground(join(root, 'bin/ebpf_exporter'), [...config, ...args], { cwd: root });
});

async function select() {
  const { suitable, leftOut } = await suitableExamples();
  for (const { name, reason } of leftOut) console.log(`Left out: ${name}: ${reason}`);
  if (suitable.length === 0) throw new SetupError('No example suits this kernel: there is nothing to run.');
  console.log(`Suits Linux ${release()}: ${suitable.join(', ')}`);
  return suitable;
}

/** @param {string} flag */
function has(flag) {
  return args.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
}

/**
 * The value of a flag, the last one as in the exporter.
 * @param {string} flag
 */
function value(flag) {
  const at = args.findLastIndex((arg) => arg === flag || arg.startsWith(`${flag}=`));
  if (at < 0) return undefined;
  return args[at] === flag ? args[at + 1] : args[at]?.slice(flag.length + 1);
}

/** Where to look; undefined for a socket that someone else opened. */
function url() {
  const listen = value('--web.listen-address') ?? ':9435';
  if (listen.startsWith('fd:')) return undefined;
  const address = listen.replace(/^(0\.0\.0\.0|\[::\])?:/, 'localhost:');
  return `http://${address}${value('--web.telemetry-path') ?? '/metrics'}`;
}
