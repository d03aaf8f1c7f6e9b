/*
 * Runs the bundle that the set-up made, with the bytecode of an earlier run: V8 then compiles nothing anew. Node.js's own
 * compile cache has only what is compiled before a module first runs, which is a tenth of it.
 *
 * The bundle begins with a line `// ID`. Its bytecode stands between two such IDs: V8 itself refuses that of another V8,
 * but would take that of another bundle of the same length, or one that was written by half.
 * A release has both beside this file. EBPF_EXPORTER_SAVE_BYTECODE=1 saves the bytecode of this run when it ends, as setup/precompile.mjs has it do.
 */
const {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writevSync,
} = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const idLength = 64;
const released = join(__dirname, 'ebpf_exporter.cjs');
const bundle = existsSync(released) ? released : join(__dirname, '../build/ebpf_exporter.cjs');
const saved = `${bundle}.bytecode`;

const text = readFileSync(bundle, 'latin1'); // it is ASCII
const id = text.slice(3, 3 + idLength);
const file = readSaved();
const fits = file?.latin1Slice(0, idLength) === id && file.latin1Slice(file.length - idLength) === id;
const script = new Script(text, {
  filename: bundle,
  cachedData: fits ? file.subarray(idLength, file.length - idLength) : undefined,
});
// Half a megabyte that nobody reads again; a small file shares its memory with others.
if (file?.length === file?.buffer.byteLength) file?.buffer.transfer(0);
if (process.env.EBPF_EXPORTER_SAVE_BYTECODE === '1') process.once('exit', save);
script.runInThisContext()(require, bundle);

function readSaved() {
  try {
    return readFileSync(saved);
  } catch {
    return undefined; // not saved yet: V8 compiles each function when it first runs
  }
}

function save() {
  const written = `${saved}.${process.pid}`;
  const fd = openSync(written, 'w');
  writevSync(fd, [Buffer.from(id), script.createCachedData(), Buffer.from(id)]);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(written, saved);
}
