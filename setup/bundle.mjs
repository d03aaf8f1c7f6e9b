import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, step } from './announce.mjs';
import { filesBelow, pinnedNode, root } from './place.mjs';

const bundle = join(root, 'build/ebpf_exporter.cjs');

/** Makes one file of the exporter, which starts in half the time; bin/ebpf_exporter takes it unless a source is newer. */
export async function bundleExporter() {
  const sources = ['package.json', 'package-lock.json', 'setup/bundle.mjs', ...filesBelow('src')];
  const newest = Math.max(...sources.map((file) => statSync(join(root, file)).mtimeMs));
  if (existsSync(bundle) && statSync(bundle).mtimeMs >= newest) return;
  await step('Bundling the exporter', () => {
    rmSync(`${bundle}.bytecode`, { force: true });
    const flags = [
      '--bundle',
      '--platform=node',
      '--format=cjs',
      '--target=node22.18',
      '--log-level=warning',
      '--define:import.meta.filename=__filename', // which CommonJS has instead
      '--banner:js=(function (require, __filename) {', // for bin/bundled.cjs to call
      '--footer:js=})',
    ];
    try {
      execFileSync(pinnedNode, [
        join(root, 'node_modules/esbuild/bin/esbuild'),
        join(root, 'src/main.ts'),
        ...flags,
        `--outfile=${bundle}`,
      ]);
    } catch (error) {
      throw new SetupError(`Cannot bundle the exporter: ${error}`);
    }
  });
}
