import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeLabelValue, labelText, labelValues } from './label-text.ts';

const table: readonly [text: string, escaped: string][] = [
  ['plain é', 'plain é'],
  ['a"b', 'a\\"b'],
  ['a\nb\n', 'a\\nb\\n'],
  ['a\\nb', 'a\\\\nb'],
  ['\\"\n', '\\\\\\"\\n'],
  ['tab\t', 'tab\t'],
];

for (const [text, escaped] of table) {
  test(`${JSON.stringify(text)} is escaped as a label value, and read back`, () => {
    assert.equal(escapeLabelValue(text), escaped);
    assert.deepEqual(labelValues(labelText({ a: text, b: text })), [text, text]);
  });
}

test('labels are sorted by name', () => {
  assert.equal(labelText({ b: '1', a: '2', B: '3', a_b: '4' }), 'B="3",a="2",a_b="4",b="1"');
  assert.equal(labelText({}), '');
});
