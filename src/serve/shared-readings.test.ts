import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { SharedReadings } from './shared-readings.ts';

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
  const leases = await Promise.all([readings.lease(), readings.lease()]);
  assert.deepEqual(
    leases.map(({ found }) => found),
    [0, 0],
  );
  for (const { release } of leases) release();
  assert.equal((await readings.lease()).found, 1);
});

test('nothing is read before everyone who has the reading before released it', async () => {
  const readings = numberedReadings();
  const [first, second] = await Promise.all([readings.lease(), readings.lease()]);
  let read = false;
  const third = readings.lease().finally(() => {
    read = true;
  });
  const fourth = readings.lease();
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
  const lease = await readings.lease();
  let wanted = false;
  void lease.wanted.then(() => {
    wanted = true;
  });
  await setImmediate();
  assert.equal(wanted, false);
  const next = readings.lease();
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
  const [first, second] = [readings.lease(), readings.lease()];
  await assert.rejects(first, /out of luck/);
  await assert.rejects(second, /out of luck/);
  assert.equal((await readings.lease()).found, 'fine');
});
