import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { writeChecksums } from './checksums.ts';
import { makeDeb } from './deb.ts';
import { makeImage } from './image.ts';
import { type Architecture, architectures, native } from './place.ts';
import { writeSbom } from './sbom.ts';
import { makeTarball } from './tarball.ts';

/*
 * npm run release [-- KIND ...] [--arch amd64,arm64]: makes the artifacts of the checked out commit in dist/, all kinds
 * unless some are named, and prints their sizes and checksums.
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
