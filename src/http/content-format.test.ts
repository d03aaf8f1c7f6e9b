import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Format } from '../exposition/format.ts';
import { chooseFormat } from './content-format.ts';

const prometheus2 =
  'application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

const table: readonly [accept: string | undefined, format: Format][] = [
  [undefined, 'text'],
  ['*/*', 'text'],
  ['text/plain', 'text'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'text'],
  [prometheus2, 'openmetrics'],
  ['text/plain;version=0.0.4;q=0.9, application/openmetrics-text;version=1.0.0;q=0.5', 'text'],
  ['application/openmetrics-text', 'openmetrics'],
  ['application/openmetrics-text; version="1.0.0"; charset=utf-8', 'openmetrics'],
  ['application/openmetrics-text;version=0.0.1', 'text'],
  ['application/openmetrics-text;q=0', 'text'],
  ['application/openmetrics-text;q=0.5, */*;q=0.9', 'text'],
];

for (const [accept, format] of table) {
  test(`Accept ${accept} gets ${format}`, () => assert.equal(chooseFormat(accept), format));
}
