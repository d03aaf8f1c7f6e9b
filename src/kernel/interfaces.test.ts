import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameBit, unknownName } from './changes.ts';
import { createInterfaces } from './interfaces.ts';

type List = { index: number; name: string }[];

const lo = { index: 1, name: 'lo' };
const eth0 = { index: 2, name: 'eth0' };

test('an interface has a name by its index', () => {
  const { interfaces } = given([lo, eth0]);
  assert.equal(interfaces.name(2), 'eth0');
  assert.equal(interfaces.name(3), undefined);
});

test('interfaces are listed at the first question, and after it at most once a second', () => {
  const { interfaces, wait, listed } = given([lo]);
  interfaces.refresh();
  assert.equal(listed(), 0);
  interfaces.name(1);
  interfaces.name(2);
  wait(999);
  interfaces.refresh();
  assert.equal(listed(), 1);
  wait(1);
  interfaces.refresh();
  interfaces.refresh();
  assert.equal(listed(), 2);
});

test('an interface that came a second ago is found by the question itself', () => {
  const { interfaces, set, wait } = given([lo]);
  assert.equal(interfaces.name(2), undefined);
  set([lo, eth0]);
  wait(1000);
  assert.equal(interfaces.name(2), 'eth0');
});

const changes: readonly [sentence: string, asked: number, before: List, after: List, bits: number][] = [
  ['nothing when nothing changes', 2, [lo, eth0], [lo, eth0], 0],
  ['what was unknown when such an interface appears', 2, [lo], [lo, eth0], unknownName],
  ['the name of an interface that vanishes', 2, [lo, eth0], [lo], nameBit(2)],
  ['the name of an interface that is renamed', 2, [lo, eth0], [lo, { index: 2, name: 'wan' }], nameBit(2)],
  ['nothing when an interface appears that nobody asked for', 1, [lo], [lo, eth0], 0],
  ['nothing when an interface vanishes that nobody asked for', 1, [lo, eth0], [lo], 0],
];

for (const [sentence, asked, before, after, bits] of changes) {
  test(`a refresh changes ${sentence}`, () => {
    const { interfaces, set, wait } = given(before);
    interfaces.name(asked);
    set(after);
    wait(1000);
    interfaces.refresh();
    assert.equal(interfaces.changes.since(0), bits);
    assert.equal(interfaces.name(asked), after.find(({ index }) => index === asked)?.name);
    wait(1000);
    interfaces.refresh();
    assert.equal(interfaces.changes.generation, bits === 0 ? 0 : 1);
  });
}

test('a list that fails is said once and leaves the names as they were', () => {
  const warnings: string[] = [];
  let fails = false;
  let nowMs = 0;
  const interfaces = createInterfaces(
    () => {
      if (fails) throw new Error('ENOBUFS');
      return [eth0];
    },
    (message) => warnings.push(message),
    () => nowMs,
  );
  assert.equal(interfaces.name(2), 'eth0');
  fails = true;
  for (nowMs = 1000; nowMs < 4000; nowMs += 1000) interfaces.refresh();
  assert.equal(interfaces.name(2), 'eth0');
  assert.equal(interfaces.changes.generation, 0);
  assert.deepEqual(warnings, ['Cannot list network interfaces: ENOBUFS']);
});

function given(first: List): {
  interfaces: ReturnType<typeof createInterfaces>;
  set(list: List): void;
  wait(ms: number): void;
  listed(): number;
} {
  let list = first;
  let count = 0;
  let nowMs = 0;
  const interfaces = createInterfaces(
    () => {
      count++;
      return list;
    },
    assert.fail,
    () => nowMs,
  );
  const set = (next: List): void => {
    list = next;
  };
  const wait = (ms: number): void => {
    nowMs += ms;
  };
  return { interfaces, set, wait, listed: () => count };
}
