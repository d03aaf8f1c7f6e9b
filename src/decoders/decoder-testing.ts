import assert from 'node:assert/strict';
import { endianness } from 'node:os';
import { test } from 'node:test';
import type { DecoderName, DecoderSpec } from '../config/spec.ts';
import type { System } from '../kernel/system.ts';
import { compileLabels } from './compile.ts';
import { placeInOrder } from './placed-label.ts';
import { stubSystem } from './system-testing.ts';

export type DecoderOptions = Partial<Omit<DecoderSpec, 'name'>>;

export function decoderSpec(name: DecoderName, options: DecoderOptions = {}): DecoderSpec {
  return { name, staticMap: undefined, allowUnknown: false, regexps: [], ...options };
}

/** What one decoder makes of an input, for tests: the value, `skip`, or the error it throws. Text stands for its UTF-8. */
export function runDecoder(
  name: DecoderName,
  input: string | readonly number[] | Buffer,
  options: DecoderOptions = {},
  system: System = stubSystem,
): string {
  const key = Buffer.from(input as string);
  const label = { name: 'label', size: key.length, padding: 0, decoders: [decoderSpec(name, options)] };
  const out: string[] = [];
  return compileLabels(placeInOrder([label]), system).decode(key, out) ? out[0]! : 'skip';
}

type DecoderCase = DecoderOptions & {
  /** The sentence: `uint refuses 3 bytes`. */
  readonly it: string;
  readonly input: Parameters<typeof runDecoder>[1];
  readonly system?: System;
} & ({ readonly gives: string } | { readonly fails: string });

/** One test for each row. */
export function testDecoder(name: DecoderName, cases: readonly DecoderCase[]): void {
  for (const { it, input, system, ...rest } of cases) {
    test(`${name} ${it}`, () => {
      const run = (): string => runDecoder(name, input, rest, system);
      if ('gives' in rest) assert.equal(run(), rest.gives);
      else assert.throws(run, { code: 'decode', message: `Cannot decode label "label": ${rest.fails}` });
    });
  }
}

/** The bytes of unsigned integers in host byte order. */
export function hostBytes(size: 2 | 4 | 8, ...values: readonly (number | bigint)[]): Buffer {
  return Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex');
      return endianness() === 'LE' ? bytes.reverse() : bytes;
    }),
  );
}
