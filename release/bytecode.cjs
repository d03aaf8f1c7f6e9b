/*
 * node --predictable release/bytecode.cjs BUNDLE: writes BUNDLE.bytecode, in the form that bin/bundled.cjs takes. All
 * functions are compiled, used or not, and in the same order each time: the same bundle gives the same bytes.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

const [, , bundle] = process.argv;
const text = readFileSync(bundle, 'latin1');
const id = text.slice(3, 3 + 64);
setFlagsFromString('--no-lazy');
const script = new Script(text, { filename: 'ebpf_exporter.cjs' });
setFlagsFromString('--lazy'); // as the one that reads it
writeFileSync(
  `${bundle}.bytecode`,
  Buffer.concat([Buffer.from(id), script.createCachedData(), Buffer.from(id)]),
);
