import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseArguments, UsageError } from './arguments.ts';

describe('parseArguments', () => {
  it('finds kernels and the time limit among filters and flags', () => {
    assert.deepEqual(
      parseArguments(['--kernel', '6.1', 'attach', '--kernel=6.12', '--time-limit=9', '--x=y']),
      {
        kernels: ['6.1', '6.12'],
        timeLimitSeconds: 9,
        rest: ['attach', '--x=y'],
      },
    );
  });

  it('leaves a command alone', () => {
    const { kernels, rest } = parseArguments(['--kernel', '6.1', 'make', '--kernel', 'x'], { command: true });
    assert.deepEqual({ kernels, rest }, { kernels: ['6.1'], rest: ['make', '--kernel', 'x'] });
    assert.deepEqual(parseArguments(['--', '--kernel'], { command: true }).rest, ['--kernel']);
  });

  for (const args of [['--kernel'], ['--kernel=six'], ['--time-limit', 'soon'], ['--time-limit=0']]) {
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => parseArguments(args), UsageError);
    });
  }
});
