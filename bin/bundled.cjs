/*
 * Runs the bundle that the set-up made, with the bytecode of an earlier run: V8 then compiles nothing anew. Node.js's own
 * compile cache has only what is compiled before a module first runs, which is a tenth of it.
 *
 * EBPF_EXPORTER_SAVE_BYTECODE=1 saves the bytecode of this run when it ends (setup/precompile.mjs does that). V8 takes
 * none of another version of itself, but knows a bundle by its length only: whoever writes one removes its bytecode.
 */
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const bundle = join(__dirname, '../build/ebpf_exporter.cjs');
const saved = `${bundle}.bytecode`;

function readSaved() {
  try {
    return readFileSync(saved);
  } catch {
    return undefined; // not saved yet: V8 compiles each function when it first runs
  }
}

const bytecode = readSaved();
// The bundle is ASCII.
const script = new Script(readFileSync(bundle, 'latin1'), { filename: bundle, cachedData: bytecode });
// Half a megabyte that nobody reads again; a small file shares its memory with others.
if (bytecode?.length === bytecode?.buffer.byteLength) bytecode?.buffer.transfer(0);
if (process.env.EBPF_EXPORTER_SAVE_BYTECODE === '1') {
  process.once('exit', () => {
    writeFileSync(`${saved}.new`, script.createCachedData());
    renameSync(`${saved}.new`, saved);
  });
}
script.runInThisContext()(require, bundle);
