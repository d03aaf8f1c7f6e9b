import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counterName, helpOf, metricName } from './metric-name.ts';

test('a metric has the name of its map, or that of the object where the map says nothing', () => {
  assert.equal(metricName('timers', 'timer_starts_total'), 'timer_starts_total');
  assert.equal(metricName('biolatency', 'hists'), 'biolatency_hists');
  assert.equal(metricName('my-tool', 'counts', 'sent.bytes'), 'my_tool_counts_sent_bytes');
  assert.equal(metricName('x', 'openFiles'), 'open_files');
});

test('counters end in _total, once', () => {
  assert.equal(counterName('opens_total'), 'opens_total');
  assert.equal(counterName('opens'), 'opens_total');
  assert.equal(counterName('open_count'), 'open_total');
});

test('help is the words of the name and of the labels', () => {
  assert.equal(helpOf('tcp_connect_seconds', ['port']), 'TCP connect, by port');
  assert.equal(helpOf('opens_total', ['comm', 'dst_port', 'ret']), 'Opens, by comm, dst port and ret');
  assert.equal(helpOf('opens_total', []), 'Opens');
});
