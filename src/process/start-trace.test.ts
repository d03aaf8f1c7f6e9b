import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartTrace } from './start-trace.ts';

test('what the start does is recorded as it is nested', async () => {
  const trace = new StartTrace('attach');
  await trace.span('attach_config', { config: 'timers' }, async () => {
    trace.now('bpf_load_object', {}, () => undefined);
    trace.event('attached', { program: 'count' });
  });
  await assert.rejects(
    trace.span('attach_config', { config: 'bad' }, () => {
      throw new Error('no such object');
    }),
    /no such object/,
  );
  const root = trace.end();
  const names = root.children.map(({ name, attributes, error }) => [name, attributes.config, error]);
  assert.deepEqual(names, [
    ['attach_config', 'timers', undefined],
    ['attach_config', 'bad', 'no such object'],
  ]);
  const [first] = root.children;
  assert.deepEqual(
    first?.children.map(({ name }) => name),
    ['bpf_load_object'],
  );
  assert.deepEqual(
    first?.events.map(({ name, attributes }) => [name, attributes]),
    [['attached', { program: 'count' }]],
  );
  assert.ok(root.start <= first!.start && first!.start <= first!.end && first!.end <= root.end);
  assert.ok(Math.abs(Number(root.end / 1_000_000n) - Date.now()) < 5000);
});
