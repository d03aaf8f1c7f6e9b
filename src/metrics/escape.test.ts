import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHelp, escapeLabelValue, labelText } from './escape.ts';

const table: readonly [text: string, asLabel: string, asHelp: string, asOpenMetricsHelp: string][] = [
  ['plain é', 'plain é', 'plain é', 'plain é'],
  ['a"b', 'a\\"b', 'a"b', 'a\\"b'],
  ['a\nb\n', 'a\\nb\\n', 'a\\nb\\n', 'a\\nb\\n'],
  ['a\\nb', 'a\\\\nb', 'a\\\\nb', 'a\\\\nb'],
  ['\\"\n', '\\\\\\"\\n', '\\\\"\\n', '\\\\\\"\\n'],
  ['tab\t', 'tab\t', 'tab\t', 'tab\t'],
];

for (const [text, asLabel, asHelp, asOpenMetricsHelp] of table) {
  test(`${JSON.stringify(text)} is escaped where the format demands it`, () => {
    assert.equal(escapeLabelValue(text), asLabel);
    assert.equal(escapeHelp(text, 'text'), asHelp);
    assert.equal(escapeHelp(text, 'openmetrics'), asOpenMetricsHelp);
  });
}

test('labels are sorted by name', () => {
  assert.equal(labelText({ b: '1', a: '2', B: '3', a_b: '4' }), 'B="3",a="2",a_b="4",b="1"');
  assert.equal(labelText({}), '');
});
