import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { durationMs, durationPattern } from './duration.ts';

describe('duration', () => {
  const valid: [text: string, ms: number][] = [
    ['300ms', 300],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['1.s', 1000],
    ['+2s', 2000],
    ['20us', 0.02],
    ['20µs', 0.02],
    ['500000ns', 0.5],
    ['0', 0],
    ['0s', 0],
  ];
  for (const [text, ms] of valid) {
    it(`reads ${text} as ${ms} ms`, () => {
      equal(durationPattern.test(text), true);
      equal(durationMs(text), ms);
    });
  }

  for (const text of ['', '5', '1.5', '5 m', '5 minutes', '1d', 'h', '.s', '-5m', '1h30', '1e3s']) {
    it(`refuses "${text}"`, () => equal(durationPattern.test(text), false));
  }
});
