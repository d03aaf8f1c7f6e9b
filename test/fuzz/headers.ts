import assert from 'node:assert/strict';
import { chooseEncoding } from '../../src/http/content-encoding.ts';
import { chooseFormat } from '../../src/http/content-format.ts';
import type { Dice } from '../support/dice.ts';

const parts = [
  'gzip',
  'zstd',
  '*',
  'identity',
  ';',
  'q=',
  '0',
  '.5',
  '1',
  ',',
  ' ',
  '/',
  'text/plain',
  '=',
  '"',
  '\0',
];

/** Whatever a client asks for, it gets something we have. */
export function fuzzHeaders({ below, pick }: Dice): void {
  const header = Array.from({ length: below(20) }, () => pick(parts)).join('');
  assert.ok(['gzip', 'zstd', 'identity'].includes(chooseEncoding(header)));
  assert.ok(['text', 'openmetrics'].includes(chooseFormat(header)));
}
