import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { OneAtATime } from './one-at-a-time.ts';

test('who asks meanwhile shares the next one', async () => {
  let begun = 0;
  const running: string[] = [];
  const work = new OneAtATime(async () => {
    const nth = begun++;
    running.push(`begin ${nth}`);
    await setImmediate();
    running.push(`end ${nth}`);
    return nth;
  });
  assert.deepEqual(await Promise.all([work.ask(), work.ask(), work.ask()]), [0, 1, 1]);
  assert.deepEqual(running, ['begin 0', 'end 0', 'begin 1', 'end 1']);
  assert.equal(await work.ask(), 2);
});

test('one that fails is no reason for the next to', async () => {
  let fails = true;
  const work = new OneAtATime(async () => {
    await setImmediate();
    if (fails) throw new Error('no');
  });
  const first = work.ask();
  const second = work.ask();
  await assert.rejects(first, /no/);
  fails = false;
  await second;
  await work.idle();
});
