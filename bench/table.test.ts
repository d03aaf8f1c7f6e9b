import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beside, parseTables, renderTable, type Table } from './table.ts';

const table: Table = {
  title: 'Costs, times the floor',
  keys: 2,
  columns: ['workload', 'values', 'read', 'scrape'],
  rows: [
    ['counter', '1k', '0.15 ms', '10.5x'],
    ['counter', '10k', '2.16 ms', '1.91x'],
  ],
};

test('a table is Markdown that reads in a terminal too', () => {
  assert.equal(
    renderTable(table),
    `## Costs, times the floor

| workload | values |    read | scrape |
| -------- | ------ | ------: | -----: |
| counter  | 1k     | 0.15 ms |  10.5x |
| counter  | 10k    | 2.16 ms |  1.91x |
`,
  );
});

test('figures of an earlier run stand behind those of the same row and column', () => {
  const earlier = parseTables(`# Results\n\n${renderTable({ ...table, rows: table.rows.slice(0, 1) })}`);
  const rows = [
    ['counter', '1k', '0.14 ms', '9.00x'],
    ['counter', '100k', '26.6 ms', '1.45x'],
  ];
  assert.deepEqual(beside({ ...table, rows }, earlier).rows, [
    ['counter', '1k', '0.14 ms (0.15 ms)', '9.00x (10.5x)'],
    ['counter', '100k', '26.6 ms', '1.45x'],
  ]);
});

test('figures of another table or column are not taken for these', () => {
  const earlier = parseTables(renderTable({ ...table, title: 'Other costs' }));
  assert.deepEqual(beside(table, earlier), table);
  assert.deepEqual(
    beside({ ...table, columns: ['workload', 'values', 'a', 'b'] }, parseTables(renderTable(table))).rows,
    table.rows,
  );
});

test('nothing is found in a text without tables', () => {
  assert.equal(parseTables('').size, 0);
  assert.equal(parseTables('# Results\n\n## Costs\n\nNone yet.\n').size, 0);
});
