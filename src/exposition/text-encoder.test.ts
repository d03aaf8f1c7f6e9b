import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallFamily } from '../metrics/family.ts';
import { pageText } from './page-testing.ts';

const families = [
  smallFamily('gauge', 'b', 'Say "b"\\\nand more.', [
    { labels: { z: '1', a: 'x"y' }, value: 0.5 },
    { labels: {}, value: -1 },
  ]),
  smallFamily('counter', 'none_total', 'Not there.', []),
  smallFamily('counter', 'a_total', 'A.', [{ labels: {}, value: 1e6 }]),
  smallFamily('counter', 'a_seconds', 'S.', [{ labels: {}, value: 3 }]),
  smallFamily('histogram', 'h', '', [
    { name: 'h_bucket', labels: { le: '1' }, value: 2 },
    { name: 'h_bucket', labels: { le: '+Inf' }, value: 2 },
    { name: 'h_count', labels: {}, value: 2 },
  ]),
];

test('families are sorted by name, those without samples left out', () => {
  assert.equal(
    pageText(families),
    `# HELP a_seconds S.
# TYPE a_seconds counter
a_seconds 3
# HELP a_total A.
# TYPE a_total counter
a_total 1e+06
# HELP b Say "b"\\\\\\nand more.
# TYPE b gauge
b{a="x\\"y",z="1"} 0.5
b -1
# HELP h${' '}
# TYPE h histogram
h_bucket{le="1"} 2
h_bucket{le="+Inf"} 2
h_count 2
`,
  );
});

test('OpenMetrics names counters without _total, has floats as bounds and says where it ends', () => {
  assert.equal(
    pageText(families, 'openmetrics'),
    `# HELP a_seconds S.
# TYPE a_seconds unknown
a_seconds 3
# HELP a A.
# TYPE a counter
a_total 1e+06
# HELP b Say \\"b\\"\\\\\\nand more.
# TYPE b gauge
b{a="x\\"y",z="1"} 0.5
b -1
# HELP h${' '}
# TYPE h histogram
h_bucket{le="1.0"} 2
h_bucket{le="+Inf"} 2
h_count 2
# EOF
`,
  );
});

test('a page of nothing is empty', () => {
  assert.equal(pageText([]), '');
  assert.equal(pageText([], 'openmetrics'), '# EOF\n');
});

test('OpenMetrics gives no two families one name', () => {
  const families = ['foo', 'foo_total'].map((name) =>
    smallFamily('counter', name, 'help', [{ labels: {}, value: 1 }]),
  );
  const names = [...pageText(families, 'openmetrics').matchAll(/^# TYPE (.*)$/gm)].map((match) => match[1]);
  assert.deepEqual(names, ['foo unknown', 'foo_total unknown']);
});
