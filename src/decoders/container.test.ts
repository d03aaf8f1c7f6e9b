import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Changes, unknownName } from '../kernel/changes.ts';
import { container } from './container.ts';
import { decoderSpec, testDecoder } from './decoder-testing.ts';
import { stubSystem } from './system-testing.ts';

const known = 'ab'.repeat(32);
const unknown = 'cd'.repeat(32);

testDecoder('container', [
  { it: 'gives the name of the pod', field: 'pod', input: `/docker/${known}`, gives: 'web-0' },
  { it: 'gives the name in the pod', field: 'container', input: `/docker/${known}/x`, gives: 'nginx' },
  {
    it: 'asks for what is around it',
    field: 'pod',
    input: `/docker/${known}/docker/${unknown}`,
    gives: 'web-0',
  },
  { it: 'gives nothing for one that nobody knows', field: 'pod', input: `/docker/${unknown}`, gives: '' },
  { it: 'gives nothing for a path without one', field: 'runtime', input: '/system.slice/a', gives: '' },
  { it: 'gives nothing for an unknown cgroup', field: 'image', input: 'unknown_cgroup_id:7', gives: '' },
]);

for (const [path, restsOn] of [
  [`/docker/${known}`, 0],
  [`/docker/${unknown}`, unknownName],
  ['/system.slice', 0],
] as const) {
  test(`the pod of ${path.slice(0, 11)} is ${restsOn === 0 ? 'final' : 'asked for again when containers come'}`, () => {
    const step = container(decoderSpec('container', { field: 'pod' }), stubSystem);
    assert.ok(step.takes === 'text' && step.changing?.changes instanceof Changes);
    const answer = { restsOn: 0 };
    step.decode(path, answer);
    assert.equal(answer.restsOn, restsOn);
  });
}
