import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { cpus, arch as machine } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run, SetupError } from './announce.mjs';
import { finish } from './finish.mjs';
import { filesBelow, root } from './place.mjs';

const include = 'examples/include';
/** The library whose probes the demos of examples/demos pass. */
const probesSource = 'examples/demos/span-probes.c';
const target = { x86_64: '-D__TARGET_ARCH_x86', arm64: '-D__TARGET_ARCH_arm64' };
const triplet = `${machine() === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`; // its errno.h is every machine's
const nativeArch = machine() === 'x64' ? 'x86_64' : machine();

/**
 * Compiles examples/NAME.bpf.c to NAME.bpf.o, but only what is older than its sources. When one does not compile,
 * the others are compiled all the same.
 * @param {object} [options]
 * @param {(line: string) => void} [options.announce] gets one line when there is something to compile
 * @param {string} [options.arch] that of the machine by default
 * @param {string} [options.out] directory of the objects; the sources' by default
 * @param {boolean} [options.portable] nothing in them is a path of this checkout
 * @returns {Promise<number>} how many were compiled
 */
export async function compileExamples({
  announce = () => {},
  arch = nativeArch,
  out,
  portable = false,
} = {}) {
  if (!(arch in target)) {
    throw new SetupError(`Cannot compile examples for ${arch}: known are ${Object.keys(target).join(', ')}`);
  }
  if (arch !== nativeArch && !out) {
    throw new SetupError(
      `Cannot compile examples for ${arch} beside those for ${nativeArch}: give --out DIR`,
    );
  }
  const outDir = resolve(out ?? `${root}/examples`);
  mkdirSync(outDir, { recursive: true });

  // This file is a source of every object: the flags are in it.
  const shared = modified(...filesBelow(include), 'setup/compile-examples.mjs');
  // BPF_PROG and BPF_KPROBE have a parameter `ctx` that few programs use.
  const warnings = ['-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror'];
  // Debian has <asm/errno.h>, which bpf/usdt.bpf.h includes, in the last place.
  const includes = [`-I${include}`, `-idirafter/usr/include/${triplet}`];
  // Beside the objects, where the exporter looks for it.
  const probes = join(outDir, 'libspan_probes.so');
  const paths = portable ? ['-fdebug-compilation-dir=.'] : [];
  const flags = ['-g', '-O2', '-target', 'bpf', target[arch], ...paths, ...includes, ...warnings];
  const stale = filesBelow('examples')
    .filter((file) => file.endsWith('.bpf.c'))
    .map((source) => ({ source, object: `${outDir}/${basename(source, '.c')}.o` }))
    .filter(({ source, object }) => modified(object) <= Math.max(shared, modified(source)));
  if (stale.length > 0) {
    announce(`Compiling ${stale.map(({ source }) => basename(source, '.bpf.c')).join(', ')}`);
  }

  const failures = [];
  const compile = async (source, args) => {
    const { ok, stderr } = await finish('clang', [...args, source], { cwd: root });
    if (!ok) failures.push(`Cannot compile ${source}: ${stderr}`);
  };
  if (arch === nativeArch && modified(probes) <= modified(probesSource, 'setup/compile-examples.mjs')) {
    await compile(probesSource, ['-O2', '-fPIC', '-shared', ...warnings, '-o', probes]);
  }
  const queue = [...stale];
  await Promise.all(
    cpus().map(async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { source, object } = next;
        await compile(source, [...flags, '-c', '-o', object]);
      }
    }),
  );
  if (failures.length > 0) {
    throw new SetupError(failures.join('\n'));
  }
  return stale.length;
}

/**
 * The last time that one of the files changed; of an absent file, 0.
 * @param {string[]} files
 */
function modified(...files) {
  const times = files.map((file) => statSync(resolve(root, file), { throwIfNoEntry: false })?.mtimeMs);
  return Math.max(...times.map((time) => time ?? 0));
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  run(async () => {
    const { values } = parseArgs({
      options: { arch: { type: 'string' }, out: { type: 'string' }, portable: { type: 'boolean' } },
    });
    await compileExamples({ ...values, announce: console.log });
    return 0;
  });
}
