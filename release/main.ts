import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeChecksums } from './checksums.ts';
import { makeDeb } from './deb.ts';
import { makeImage } from './image.ts';
import { type Architecture, architectures, native, root } from './place.ts';
import { writeSbom } from './sbom.ts';
import { makeTarball } from './tarball.ts';

/*
 * npm run release [-- KIND ...] [--arch=amd64,arm64] [--no-test]: makes the artifacts of the checked out commit in dist/,
 * all kinds unless some are named, tries what is in dist/ by using it, and prints sizes, checksums and what was tried.
 */

const kinds: Readonly<Record<string, (architecture: Architecture) => string>> = {
  tarball: makeTarball,
  deb: makeDeb,
  image: makeImage,
};

const args = process.argv.slice(2);
const wanted = args
  .find((arg) => arg.startsWith('--arch='))
  ?.slice('--arch='.length)
  .split(',');
const named = args.filter((arg) => !arg.startsWith('--'));
const unknown = named.filter((kind) => !(kind in kinds));
if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: there are ${Object.keys(kinds).join(', ')}`);

for (const architecture of wanted
  ? architectures.filter(({ debian }) => wanted.includes(debian))
  : [native]) {
  for (const kind of named.length > 0 ? named : Object.keys(kinds)) {
    const started = performance.now();
    const artifact = kinds[kind]!(architecture);
    writeSbom(artifact);
    const megabytes = (statSync(artifact).size / 1e6).toFixed(1);
    console.log(
      `${basename(artifact)}: ${megabytes} MB, made in ${Math.round((performance.now() - started) / 1000)} s`,
    );
  }
}
for (const line of writeChecksums()) console.log(line);
if (!args.includes('--no-test')) {
  const directory = join(root, 'test/release');
  const files = readdirSync(directory).filter((file) => file.endsWith('.test.ts'));
  const runner = [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-reporter=spec',
    '--test-concurrency=1',
  ];
  const { status } = spawnSync(process.execPath, [...runner, ...files.map((file) => join(directory, file))], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, KERNEL_TESTS_SLOW: '1' },
  });
  process.exitCode = status ?? 1;
}
