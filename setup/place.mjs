import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** The Node.js that this project runs on; `npm ci` brings it, whatever Node.js npm itself runs on. */
export const pinnedNode = join(root, `node_modules/node-linux-${process.arch}/bin/node`);

/** Tools of the tests that are unpacked here instead of installed. */
export const unpacked = join(root, 'build/debian');

/** PATH for what the tests start: also finds the unpacked tools, and root's tools when PATH is a plain user's. */
export const toolPath = [process.env.PATH, '/usr/sbin', '/sbin', join(unpacked, 'usr/bin')].join(delimiter);

/** @param {string} name */
export function hasCommand(name) {
  return toolPath.split(delimiter).some((directory) => isExecutable(join(directory, name)));
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Every file below a directory, sorted; none when it does not exist. (`recursive` of readdir came with Node.js 18.17.)
 * @param {string} directory relative to the checkout
 * @returns {string[]} paths relative to the checkout
 */
export function filesBelow(directory) {
  if (!existsSync(join(root, directory))) return [];
  return readdirSync(join(root, directory), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .sort();
}

/** The sources that the exporter is made of; none of its tests. */
export function sourceFiles() {
  return filesBelow('src').filter((file) => !/(\.test|-testing)\.ts$/.test(file));
}
