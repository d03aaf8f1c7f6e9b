import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programKinds } from './program-kind.ts';

const table: readonly [section: string, type: number | undefined][] = [
  ['xdp/eth0', 6],
  ['xdp/lo', 6],
  ['xdp', undefined],
  ['xdp/', undefined],
  ['xdp/devmap', undefined],
  ['xdp/cpumap', undefined],
  ['xdp.frags/eth0', undefined],
  ['perf_event/type=0,config=0,frequency=99', 7],
  ['perf_event', undefined],
  ['kprobe/xdp/eth0', undefined],
];

for (const [section, type] of table) {
  test(`${section} is ${type === undefined ? "libbpf's business" : `ours, of type ${type}`}`, () => {
    assert.equal(programKinds.find(({ pattern }) => pattern.test(section))?.type, type);
  });
}
