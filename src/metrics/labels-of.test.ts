import assert from 'node:assert/strict';
import { it } from 'node:test';
import { labelText } from './label-text.ts';
import { labelsOf } from './labels-of.ts';

const texts = {
  markup: '<script>alert("1")</script>',
  lines: 'a\nb\\n\\',
  list: 'x="1",y="2"',
  long: 'n'.repeat(4096),
  empty: '',
};

it('labels are read as they were written, whatever is in them', () => {
  assert.deepEqual(labelsOf(labelText(texts)), texts);
  assert.deepEqual(labelsOf(''), {});
});
