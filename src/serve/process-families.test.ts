import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageText } from '../exposition/page-testing.ts';
import { ProcessFamilies } from './process-families.ts';

test('the metrics that Node.js services have are there', async () => {
  const families = await new ProcessFamilies().collect();
  const types = Object.fromEntries(families.map(({ name, type }) => [name, type]));
  for (const [name, type] of [
    ['process_cpu_seconds_total', 'counter'],
    ['process_resident_memory_bytes', 'gauge'],
    ['process_start_time_seconds', 'gauge'],
    ['process_open_fds', 'gauge'],
    ['nodejs_eventloop_lag_seconds', 'gauge'],
    ['nodejs_heap_size_used_bytes', 'gauge'],
    ['nodejs_version_info', 'gauge'],
  ] as const) {
    assert.equal(types[name], type, name);
  }
});

test('what V8 only reserved is not told as its heap', async () => {
  const names = (await new ProcessFamilies().collect()).map(({ name }) => name);
  assert.ok(!names.includes('process_heap_bytes'));
});

test('only counters are named like counters', async () => {
  for (const { name, type } of await new ProcessFamilies().collect()) {
    assert.match(name, /^(process|nodejs)_/);
    if (name.endsWith('_total')) assert.equal(type, 'counter', name);
  }
});

test('two of them do not disturb each other, and each is a page', async () => {
  for (const families of [await new ProcessFamilies().collect(), await new ProcessFamilies().collect()]) {
    const page = pageText(families);
    assert.match(page, /^process_start_time_seconds \d/m);
    assert.match(page, /^nodejs_version_info\{major="\d+",minor="\d+",patch="\d+",version="v.*"\} 1$/m);
  }
});
