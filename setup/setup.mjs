import { accessSync, constants, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run, SetupError } from './announce.mjs';
import { bundleExporter } from './bundle.mjs';
import { compileExamples } from './compile-examples.mjs';
import { installDebianPackages } from './debian-packages.mjs';
import { installNpmPackages } from './npm-packages.mjs';
import { root } from './place.mjs';
import { precompile } from './precompile.mjs';

/**
 * Makes a fresh checkout ready to run. Each step does something, and says so in one line, only when it is stale.
 * Everything in this directory runs on any Node.js >= 18 without npm packages, because it runs before `npm ci`.
 * @param {{forTests?: boolean}} [options]
 */
export async function setup({ forTests = false } = {}) {
  try {
    await installDebianPackages({ forTests });
    await installNpmPackages();
    await bundleExporter();
    await compileExamples({ announce: console.log });
    await precompile();
  } catch (error) {
    const reason = readOnly();
    throw reason === undefined ? error : new SetupError(reason, { cause: error });
  }
}

/** Why no step can succeed, when that is the reason. */
function readOnly() {
  try {
    accessSync(root, constants.W_OK);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    return `Cannot set up ${root}: it is ${code === 'EROFS' ? 'mounted read-only' : `not writable for this user (${code})`}. Set it up where it can be written; bin/ebpf_exporter of a checkout that is set up writes nothing.`;
  }
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  run(async () => {
    await setup();
    console.log('Ready: npm start runs the exporter, npm test its tests.');
    return 0;
  });
}
