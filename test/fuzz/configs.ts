import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFile } from '../../src/config/parse-file.ts';
import type { Dice } from '../support/dice.ts';

const directory = join(import.meta.dirname, '../../examples');
const seeds = readdirSync(directory)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(directory, name), 'utf8'));
const pieces = ['\t', '\n', ' ', '- ', ': ', '{', '}', '[', ']', '&a ', '*a', '<<: *a', '"', "'", '#', '|', '>', '? ', '!!int ',
  '~', '-1', '1e999', '0x10', '.nan', 'é', '\u0000', '\ufeff', '---\n', '...\n', '%YAML 1.1\n', 'metrics:', 'labels:', 'name:',
  'decoders:', 'regexps: ["("]', 'bucket_max: 99999999999', 'size: 18446744073709551616', '__proto__: 1', 'constructor: x', 'programs: []',
  'bucket_max: {}', 'bucket_keys: [{}]', 'bucket_type: []', 'name: {}', 'ringbuf: r', 'flush_interval: [1h]', 'maps: {a: {pages: ',
  'variables: {a: [', 'x-a: &a ', 'tracing: {spans: [', 'type: bool', 'cgroup_id_map: {', '[['.repeat(30), '*a, '.repeat(500)]; // biome-ignore format: a list

/** Damages an example at some places. The parser may find problems, each with a place in the text; it never throws. */
export function fuzzConfig({ below, pick }: Dice): void {
  let text = pick(seeds);
  for (let damage = 1 + below(6); damage > 0; damage--) {
    const at = below(text.length + 1);
    text =
      text.slice(0, at) +
      pick([pick(pieces), text.slice(at, at + below(40)), '']) +
      text.slice(at + below(12));
  }
  const { config, problems } = parseFile('fuzzed', 'fuzzed.yaml', text);
  assert.equal(config === undefined, problems.length > 0, text);
  const lines = text.split('\n').length;
  for (const { line, column, message } of problems) {
    assert.ok(line! >= 1 && line! <= lines + 1 && column! >= 1, `${line}:${column} ${message} of ${text}`);
    assert.doesNotMatch(message, /undefined|\[object/, text);
  }
}
