import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { dice } from '../../test/support/dice.ts';
import type { DecoderSpec, LabelSpec } from '../config/spec.ts';
import { compileLabels } from './compile.ts';
import { decoderSpec } from './decoder-testing.ts';
import { placeInOrder } from './placed-label.ts';
import { plainDecode } from './plain-decoder-testing.ts';
import { stubSystem } from './system-testing.ts';

const layouts = 5_000;
const keysEach = 200;
/** DECODER_SEED repeats a run. */
const seed = Number(process.env.DECODER_SEED ?? Math.floor(Math.random() * 2 ** 32));

const map = new Map([
  ['1', 'one'],
  ['é', 'accent'],
]);

/** What may come first, with sizes that suit it and some that do not. */
const firsts: readonly (readonly [DecoderSpec, readonly number[]])[] = [
  [decoderSpec('uint'), [1, 1, 2, 4, 4, 8, 8, 3]],
  [decoderSpec('uint'), [1, 2, 4, 8]],
  [decoderSpec('string'), [1, 4, 16]],
  [decoderSpec('hex'), [1, 8, 16]],
  [decoderSpec('inet_ip'), [4, 16, 16, 16, 5]],
  [decoderSpec('ifname'), [4, 4, 4, 2]],
  [decoderSpec('majorminor'), [4, 4, 4, 8]],
  [decoderSpec('ksym'), [8, 8, 8, 4]],
  [decoderSpec('kstack'), [8, 16, 32, 9]],
  [decoderSpec('dname'), [1, 6, 16]],
  [decoderSpec('static_map', { staticMap: map }), [1, 2]],
];

/** What may come after any of them. */
const nexts: readonly DecoderSpec[] = [
  decoderSpec('static_map', { staticMap: map }),
  decoderSpec('static_map', { staticMap: map, allowUnknown: true }),
  decoderSpec('static_map'),
  decoderSpec('regexp', { regexps: ['^1', '(.)(.)', '[a-f0-9]+$'] }),
  decoderSpec('regexp', { regexps: ['u(nknown)?', '^([^:]*)'] }),
  decoderSpec('hex'),
  decoderSpec('string'),
  decoderSpec('dname'),
];

/** What may come after a number. */
const nextsOfNumbers: readonly DecoderSpec[] = [
  decoderSpec('cgroup'),
  decoderSpec('pci_vendor'),
  decoderSpec('pci_class'),
  ...nexts,
];

// Most of the time would go into stack traces of expected errors.
Error.stackTraceLimit = 0;

test(`compiled labels decode as plainly interpreted ones do, for a million keys (DECODER_SEED=${seed})`, () => {
  const { below, pick } = dice(seed);
  const randomLabel = (_: unknown, index: number): LabelSpec => {
    const [first, sizes] = pick(firsts);
    const rest = Array.from({ length: pick([0, 0, 1, 1, 2, 3]) }, () =>
      pick(first.name === 'uint' ? nextsOfNumbers : nexts),
    );
    return {
      name: `label_${index}`,
      size: pick(sizes),
      padding: pick([0, 0, 0, 1, 4]),
      decoders: [first, ...rest],
    };
  };
  const seen = { values: 0, skip: 0, error: 0 };
  for (let layout = 0; layout < layouts; layout++) {
    const labels = Array.from({ length: 1 + below(4) }, randomLabel);
    const compiled = compileLabels(placeInOrder(labels), stubSystem);
    const key = Buffer.alloc(compiled.size + below(3));
    for (let index = 0; index < keysEach; index++) {
      // Some keys are all noise, some nearly all zero.
      const zeros = below(16);
      for (let at = 0; at < key.length; at++)
        key[at] = below(16) < zeros ? 0 : pick([below(256), pick(commonBytes)]);
      const expected = plainDecode(labels, key, stubSystem);
      seen[typeof expected === 'string' ? expected : 'values']++;
      const actual = run(compiled, key);
      if (isDeepStrictEqual(actual, expected)) continue;
      assert.deepEqual(actual, expected, `key ${key.toString('hex')} of ${JSON.stringify(labels)}`);
    }
  }
  assert.ok(Math.min(...Object.values(seen)) > 10_000, `too few of a kind: ${JSON.stringify(seen)}`);
});

const commonBytes = [0, 1, 2, 3, 7, 0x31, 0x61, 0xc3, 0xa9, 0xff, 0xff, 0x81, 0x86];

function run(compiled: ReturnType<typeof compileLabels>, key: Buffer): string[] | 'skip' | 'error' {
  const out: string[] = [];
  try {
    return compiled.decode(key, out) ? out : 'skip';
  } catch (error) {
    assert.equal((error as { code?: unknown }).code, 'decode');
    return 'error';
  }
}
