import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { SharedReadings } from './shared-readings.ts';

const all: ReadonlySet<string> = new Set(['a', 'b']);

/** Readings that say how many were made before them. */
function numberedReadings(): SharedReadings<number> {
  let made = 0;
  return new SharedReadings(async () => {
    await setImmediate();
    return made++;
  });
}

test('those who ask at a time share a reading, later ones get their own', async () => {
  const readings = numberedReadings();
  const leases = await Promise.all([readings.lease(all), readings.lease(all)]);
  assert.deepEqual(
    leases.map(({ found }) => found),
    [0, 0],
  );
  for (const { release } of leases) release();
  assert.equal((await readings.lease(all)).found, 1);
});

test('nothing is read before everyone who has the reading before released it', async () => {
  const readings = numberedReadings();
  const [first, second] = await Promise.all([readings.lease(all), readings.lease(all)]);
  let read = false;
  const third = readings.lease(all).finally(() => {
    read = true;
  });
  const fourth = readings.lease(all);
  first.release();
  first.release();
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  assert.equal(read, false);
  second.release();
  assert.equal((await third).found, 1);
  assert.equal((await fourth).found, 1);
});

test('who has a reading is told when the next is wanted', async () => {
  const readings = numberedReadings();
  const lease = await readings.lease(all);
  let wanted = false;
  void lease.wanted.then(() => {
    wanted = true;
  });
  await setImmediate();
  assert.equal(wanted, false);
  const next = readings.lease(all);
  await setImmediate();
  assert.equal(wanted, true);
  lease.release();
  await next;
});

test('a reading that fails is an error for all who asked, and the next is tried', async () => {
  let tries = 0;
  const readings = new SharedReadings(async () => {
    if (++tries === 1) throw new Error('out of luck');
    return 'fine';
  });
  const [first, second] = [readings.lease(all), readings.lease(all)];
  await assert.rejects(first, /out of luck/);
  await assert.rejects(second, /out of luck/);
  assert.equal((await readings.lease(all)).found, 'fine');
});

/** Readings that say what they read, one by one as they are told to go on. */
function steppedReadings(): { readings: SharedReadings<string>; step(): Promise<void> } {
  const steps: (() => void)[] = [];
  const readings = new SharedReadings(async (what) => {
    const text = [...what].sort().join('');
    await new Promise<void>((resolve) => steps.push(resolve));
    return text;
  });
  return {
    readings,
    step: async () => {
      while (steps.length === 0) await setImmediate();
      steps.shift()!();
      await setImmediate();
    },
  };
}

/** A reading waits a few turns for others who ask. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await setImmediate();
}

const set = (names: string): ReadonlySet<string> => new Set(names);

test('a reading takes in what is asked for until it is under way', async () => {
  const { readings, step } = steppedReadings();
  const leases = [readings.lease(set('a')), readings.lease(set('bc'))];
  await step();
  for (const lease of leases) assert.equal((await lease).found, 'abc');
});

test('who asks for no more than what is being read shares it, who asks for more waits for the next', async () => {
  const { readings, step } = steppedReadings();
  const first = readings.lease(set('ab'));
  await turns();
  const second = readings.lease(set('b'));
  const third = readings.lease(set('bc'));
  const fourth = readings.lease(set('d'));
  const fifth = readings.lease(set('a'));
  await step();
  for (const lease of [first, second, fifth]) {
    const { found, release } = await lease;
    assert.equal(found, 'ab');
    release();
  }
  await step();
  for (const lease of [third, fourth]) assert.equal((await lease).found, 'bcd');
});

test('a reading waits while others keep asking, but not without end', async () => {
  const { readings, step } = steppedReadings();
  const leases = [readings.lease(set('0'))];
  for (let asked = 1; asked < 20; asked++) {
    await setImmediate();
    leases.push(readings.lease(set(String.fromCharCode(65 + asked))));
  }
  await step();
  assert.equal(new Set((await Promise.all(leases)).map(({ found }) => found)).size, 1);
});

test('a reading is under way until it is made', async () => {
  const { readings, step } = steppedReadings();
  assert.equal(readings.underWay, undefined);
  const lease = readings.lease(all);
  await turns();
  const { underWay } = readings;
  assert.notEqual(underWay, undefined);
  await step();
  await underWay;
  assert.equal(readings.underWay, undefined);
  (await lease).release();
});

test('a change waits for those who have a reading, and the next reading for the change', async () => {
  const readings = numberedReadings();
  const lease = await readings.lease(all);
  const done: string[] = [];
  const change = readings.between(async () => {
    done.push('begins');
    await setImmediate();
    done.push('ends');
    return 7;
  });
  const next = readings.lease(all).then(({ found }) => done.push(`reading ${found}`));
  await lease.wanted;
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  assert.deepEqual(done, []);
  lease.release();
  assert.equal(await change, 7);
  await next;
  assert.deepEqual(done, ['begins', 'ends', 'reading 1']);
});

test('a change that fails lets the next reading begin', async () => {
  const readings = numberedReadings();
  await assert.rejects(
    readings.between(() => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal((await readings.lease(all)).found, 0);
});
