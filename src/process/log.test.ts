import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog, rateLimited } from './log.ts';

function logTo(lines: string[], options: { timestamps: boolean; debug: boolean }) {
  return createLog({ ...options, write: (line) => lines.push(line) });
}

test('writes time, level and message', () => {
  const lines: string[] = [];
  logTo(lines, { timestamps: true, debug: false }).warn('disk is full');
  assert.match(lines[0]!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARN {2}disk is full\n$/);
});

test('leaves the time away when asked', () => {
  const lines: string[] = [];
  logTo(lines, { timestamps: false, debug: false }).error('no such file');
  assert.deepEqual(lines, ['ERROR no such file\n']);
});

test('writes debug lines only when asked', () => {
  const lines: string[] = [];
  logTo(lines, { timestamps: false, debug: false }).debug('a');
  logTo(lines, { timestamps: false, debug: true }).debug('b');
  assert.deepEqual(lines, ['DEBUG b\n']);
});

test('a rate limited message passes a few times and then says how many were held back', () => {
  const lines: string[] = [];
  let now = 0;
  const log = rateLimited((line) => lines.push(line), { burst: 2, intervalMs: 1000, now: () => now });
  for (let i = 0; i < 5; i++) log(`bad ${i}`);
  now = 1000;
  log('bad 5');
  assert.deepEqual(lines, ['bad 0', 'bad 1', 'bad 5 (3 more like this were not logged)']);
});
