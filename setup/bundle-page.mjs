import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './place.mjs';

/** Whatever is served of the live page, compressed; src/http/page-files.ts reads it from beside the exporter's bundle. */
export const pageDirectory = join(root, 'build/page');

/**
 * Bundles the browser's side of the live page. A snapshot holds script and style itself: the page has the policy that
 * allows these two and nothing else.
 * @param {(...args: string[]) => Promise<void>} esbuild
 */
export async function bundlePage(esbuild) {
  mkdirSync(pageDirectory, { recursive: true });
  await esbuild(
    'src/page/main.tsx',
    'src/page/page.css',
    '--bundle',
    '--minify',
    '--platform=browser',
    '--format=iife',
    '--target=es2022',
    '--jsx=automatic',
    '--jsx-import-source=preact',
    '--charset=utf8',
    '--entry-names=page',
    '--legal-comments=none', // they are in the licences of a release
    `--outdir=${pageDirectory}`,
    '--log-level=warning',
  );
  const policy = [
    "default-src 'none'",
    `script-src '${hash('page.js')}'`,
    `style-src '${hash('page.css')}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const html = readFileSync(join(root, 'src/page/index.html'), 'utf8').replace('%POLICY%', policy);
  for (const [name, bytes] of [
    ['index.html', html],
    ['page.js', read('page.js')],
    ['page.css', read('page.css')],
  ]) {
    writeFileSync(join(pageDirectory, `${name}.gz`), gzipSync(bytes ?? '', { level: 9 }));
  }
}

/** @param {string} name */
function read(name) {
  return readFileSync(join(pageDirectory, name), 'utf8');
}

/** @param {string} name */
function hash(name) {
  return `sha256-${createHash('sha256').update(read(name)).digest('base64')}`;
}
