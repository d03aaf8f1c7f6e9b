import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, step } from './announce.mjs';
import { bundlePage } from './bundle-page.mjs';
import { finish } from './finish.mjs';
import { pinnedNode, root, sourceFiles } from './place.mjs';

export const bundle = join(root, 'build/ebpf_exporter.cjs');

/** What runs in threads of its own, or is loaded by few; each is a file beside the bundle. */
const beside = [
  'src/cli/commands.ts',
  'src/cli/watch.ts',
  'src/web/bcrypt-worker.ts',
  'src/tracing/sdk-console.ts',
  'src/tracing/sdk-grpc.ts',
  'src/tracing/sdk-http.ts',
];

/** Makes one file of the exporter, which starts in half the time; bin/ebpf_exporter takes it unless a source is newer. */
export async function bundleExporter() {
  const sources = ['package.json', 'package-lock.json', 'setup/bundle.mjs', ...sourceFiles()];
  const newest = Math.max(...sources.map((file) => statSync(join(root, file)).mtimeMs));
  if (existsSync(bundle) && statSync(bundle).mtimeMs >= newest) return;
  await step('Bundling the exporter', async () => {
    const written = `${bundle}.${process.pid}`;
    const common = [
      '--define:import.meta.filename=__filename', // which CommonJS has instead
      '--bundle',
      '--platform=node',
      '--format=cjs',
      '--target=node22.18',
      '--log-level=warning',
    ];
    const flags = [
      // As modules, of which what nobody calls is left out.
      '--alias:yaml=./node_modules/yaml/browser/dist/index.js',
      // Half of it is indentation, which takes time to read; names stay, and a stack trace shows no endless line.
      '--minify-whitespace',
      '--line-limit=160',
      '--banner:js=(function (require, __filename) {', // for bin/bundled.cjs to call
      '--footer:js=})',
    ];
    /** @param {string[]} args */
    const esbuild = async (...args) => {
      const script = join(root, 'node_modules/esbuild/bin/esbuild');
      const { ok, stderr } = await finish(pinnedNode, [script, ...args], { cwd: root });
      if (!ok) throw new SetupError(`Cannot bundle the exporter: ${stderr}`);
    };
    await bundlePage(esbuild);
    // Packages for both kinds of modules find each other by `require`, which a bundle can follow.
    await esbuild(
      ...common,
      ...beside,
      '--conditions=require',
      '--entry-names=[name]',
      '--outdir=build',
      '--out-extension:.js=.cjs',
    );
    await esbuild('src/main.ts', ...common, ...flags, `--outfile=${written}`);
    const text = readFileSync(written, 'latin1');
    // esbuild escapes what is not ASCII, but for regular expressions; bin/bundled.cjs would read something else.
    const [, line] = /^(.*[^\0-\x7f].*)$/m.exec(text) ?? [];
    if (line !== undefined) throw new SetupError(`The bundle is not ASCII: ${line}`);
    writeFileSync(written, `// ${createHash('sha256').update(text).digest('hex')}\n${text}`);
    renameSync(written, bundle);
  });
}

/** The line that the bundle begins with; it differs from that of any other bundle. */
export function bundleId() {
  const text = readFileSync(bundle, 'latin1');
  return text.slice(0, text.indexOf('\n'));
}
