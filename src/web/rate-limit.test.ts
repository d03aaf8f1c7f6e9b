import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateLimit } from './rate-limit.ts';

test('a burst passes, then one for each interval', () => {
  const limit = new RateLimit({ burst: 2, intervalMs: 100 }, 0);
  const passed = [0, 0, 0, 50, 100, 150, 200, 1000, 1000, 1000].map((now) => limit.pass(now));
  assert.deepEqual(passed, [true, true, false, false, true, false, true, true, true, false]);
});
