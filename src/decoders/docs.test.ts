import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { test } from 'node:test';
import { type DecoderName, decoderNames } from '../config/spec.ts';
import { messageOf } from '../errors.ts';
import { type DecoderOptions, runDecoder } from './decoder-testing.ts';

const page = readFileSync(new URL('../../docs/decoders.md', import.meta.url), 'utf8');
const examples = page.slice(page.indexOf('## Examples'));
const row = /^\| `(\w+)` \| (?:`(.+)`)? ?\| `([^`]*)` \| (skip|`.*`|error `.*`) \|$/gm;
const rows = [...examples.matchAll(row)];
const skip = endianness() === 'LE' ? false : 'the examples are those of a little-endian machine';

test('docs/decoders.md describes each decoder and has an example of it', () => {
  const described = [...page.slice(0, page.indexOf('## Notes')).matchAll(/^\| `(\w+)` \|/gm)].map(
    ([, name]) => name!,
  );
  assert.deepEqual(described.sort(), [...decoderNames]);
  assert.deepEqual([...new Set(rows.map(([, name]) => name!))].sort(), [...decoderNames]);
});

test('every row of the examples in docs/decoders.md is understood', () => {
  assert.equal(rows.length, examples.match(/^\| `/gm)!.length);
});

for (const [line, name, options, input, output] of rows) {
  test(`docs/decoders.md is right: ${line}`, { skip }, () => {
    assert.equal(outcome(name as DecoderName, inputOf(input!), optionsOf(options)), outputOf(output!));
  });
}

function outcome(name: DecoderName, input: string | Buffer, options: DecoderOptions): string {
  try {
    return runDecoder(name, input, options);
  } catch (error) {
    return messageOf(error);
  }
}

function inputOf(text: string): string | Buffer {
  return text.startsWith('"') ? JSON.parse(text) : Buffer.from(text.replaceAll(' ', ''), 'hex');
}

function optionsOf(text = '{}'): DecoderOptions {
  const { staticMap, ...rest } = JSON.parse(text);
  return staticMap === undefined ? rest : { ...rest, staticMap: new Map(Object.entries(staticMap)) };
}

function outputOf(text: string): string {
  if (text === 'skip') return text;
  const quoted = text.slice(text.indexOf('`') + 1, -1);
  return text.startsWith('error') ? `Cannot decode label "label": ${quoted}` : JSON.parse(quoted);
}
