import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LinePrefix } from './line-prefix.ts';

it('LinePrefix labels whole lines, however their bytes arrive', () => {
  let written = '';
  const prefix = new LinePrefix('6.1 | ', (text) => {
    written += text;
  });
  const bytes = Buffer.from('one\n✔ two\nthree');
  prefix.take(bytes.subarray(0, 6)); // within the check mark
  prefix.take(bytes.subarray(6));
  assert.equal(written, '6.1 | one\n6.1 | ✔ two\n');
  prefix.end();
  prefix.end();
  assert.equal(written, '6.1 | one\n6.1 | ✔ two\n6.1 | three\n');
});
