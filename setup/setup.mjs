import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './announce.mjs';
import { bundleExporter } from './bundle.mjs';
import { compileExamples } from './compile-examples.mjs';
import { installDebianPackages } from './debian-packages.mjs';
import { installNpmPackages } from './npm-packages.mjs';
import { precompile } from './precompile.mjs';

/**
 * Makes a fresh checkout ready to run. Each step does something, and says so in one line, only when it is stale.
 * Everything in this directory runs on any Node.js >= 18 without npm packages, because it runs before `npm ci`.
 * @param {{forTests?: boolean}} [options]
 */
export async function setup({ forTests = false } = {}) {
  await installDebianPackages({ forTests });
  await installNpmPackages();
  await bundleExporter();
  await compileExamples({ announce: console.log });
  await precompile();
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  run(async () => {
    await setup();
    console.log('Ready: npm start runs the exporter, npm test its tests.');
    return 0;
  });
}
