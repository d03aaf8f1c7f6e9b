import assert from 'node:assert/strict';
import { it } from 'node:test';
import { compatibilityTable } from '../../setup/compatibility-table.mjs';

it('the table of examples and kernels says what was counted, what attaches, and why something does not', () => {
  const tests = `6.12 | ▶ the example
6.12 |   ✔ dns measures queries (1 ms)
6.12 |   ✖ xdp counts packets (1 ms)
6.12 |   ✔ llcstat counts, or says that this machine has no such counter (1 ms)
6.12 | ✔ the example (3 ms)
`;
  const check = `Linux 6.12.9
dns      loads, 2 of 2 attach
llcstat  loads, 0 of 2 attach
           miss: perf_event: ENOENT
xdp      loads, 1 of 1 attach
kstack   does not load
           Cannot load: EPERM
`;
  const table = compatibilityTable(['dns', 'kstack', 'llcstat', 'xdp'], [{ kernel: '6.12', tests, check }]);
  for (const [name, cell] of [
    ['dns', '**counted**'],
    ['kstack', 'no'],
    ['llcstat', '0 of 2'],
    ['xdp', 'attached'],
  ])
    assert.ok(table.includes(`| [${name}](examples/${name}.md) | ${cell} |`), table);
  assert.match(table, /^- kstack, 6\.12: Cannot load: EPERM$/m);
  assert.match(table, /^- llcstat, 6\.12: miss: perf_event: ENOENT$/m);
});
