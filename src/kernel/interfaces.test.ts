import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInterfaces } from './interfaces.ts';

type List = { index: number; name: string }[];

const lo = { index: 1, name: 'lo' };
const eth0 = { index: 2, name: 'eth0' };

test('an interface has a name by its index', () => {
  const { interfaces } = given([lo, eth0]);
  assert.equal(interfaces.name(2), 'eth0');
  assert.equal(interfaces.name(3), undefined);
});

test('interfaces are listed at the first question, and after it once a refresh', () => {
  const { interfaces, listed } = given([lo]);
  interfaces.refresh();
  assert.equal(listed(), 0);
  interfaces.name(1);
  interfaces.name(2);
  assert.equal(listed(), 1);
  interfaces.refresh();
  assert.equal(listed(), 2);
});

const changes: readonly [sentence: string, asked: number, before: List, after: List, generation: number][] = [
  ['nothing changes', 2, [lo, eth0], [lo, eth0], 0],
  ['an interface that was asked for appears', 2, [lo], [lo, eth0], 1],
  ['an interface that was asked for vanishes', 2, [lo, eth0], [lo], 1],
  ['an interface that was asked for is renamed', 2, [eth0], [{ index: 2, name: 'wan' }], 1],
  ['an interface that nobody asked for appears', 1, [lo], [lo, eth0], 0],
];

for (const [sentence, asked, before, after, generation] of changes) {
  test(`the generation is ${generation} after ${sentence}`, () => {
    const { interfaces, set } = given(before);
    interfaces.name(asked);
    set(after);
    interfaces.refresh();
    assert.equal(interfaces.generation, generation);
    assert.equal(interfaces.name(asked), after.find(({ index }) => index === asked)?.name);
  });
}

test('a list that fails is said once and leaves the names as they were', () => {
  const warnings: string[] = [];
  let fails = false;
  const interfaces = createInterfaces(
    () => {
      if (fails) throw new Error('ENOBUFS');
      return [eth0];
    },
    (message) => warnings.push(message),
  );
  assert.equal(interfaces.name(2), 'eth0');
  fails = true;
  interfaces.refresh();
  interfaces.refresh();
  assert.equal(interfaces.name(2), 'eth0');
  assert.equal(interfaces.generation, 0);
  assert.deepEqual(warnings, ['Cannot list network interfaces: ENOBUFS']);
});

function given(first: List): {
  interfaces: ReturnType<typeof createInterfaces>;
  set(list: List): void;
  listed(): number;
} {
  let list = first;
  let count = 0;
  const interfaces = createInterfaces(() => {
    count++;
    return list;
  }, assert.fail);
  const set = (next: List): void => {
    list = next;
  };
  return { interfaces, set, listed: () => count };
}
