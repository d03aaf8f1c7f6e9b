import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHelp } from './escape-help.ts';

const table: readonly [text: string, asHelp: string, asOpenMetricsHelp: string][] = [
  ['plain é', 'plain é', 'plain é'],
  ['a"b', 'a"b', 'a\\"b'],
  ['a\nb\n', 'a\\nb\\n', 'a\\nb\\n'],
  ['a\\nb', 'a\\\\nb', 'a\\\\nb'],
  ['\\"\n', '\\\\"\\n', '\\\\\\"\\n'],
  ['tab\t', 'tab\t', 'tab\t'],
];

for (const [text, asHelp, asOpenMetricsHelp] of table) {
  test(`${JSON.stringify(text)} is escaped as a help text where the format demands it`, () => {
    assert.equal(escapeHelp(text, 'text'), asHelp);
    assert.equal(escapeHelp(text, 'openmetrics'), asOpenMetricsHelp);
  });
}
