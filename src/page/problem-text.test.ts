import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { problemText } from './problem-text.ts';

describe('the text of a problem', () => {
  test('is as it is when it is short', () => {
    assert.deepEqual(problemText({ what: 'Map a is full', remedy: 'Give it room.' }), {
      title: 'Map a is full',
      advice: ['Give it room.'],
      whole: undefined,
    });
  });

  test('has the cause first, and what to do behind it', () => {
    assert.deepEqual(
      problemText({ what: 'Cannot load a: EPERM. What to do: use tp_btf', remedy: 'Restart.' }),
      {
        title: 'Cannot load a: EPERM.',
        advice: ['Use tp_btf', 'Restart.'],
        whole: undefined,
      },
    );
  });

  test('is cut at a word when it is long, or has a log behind it; all of it is kept', () => {
    const long = `Cannot attach ${'program '.repeat(40)}`;
    const { title, whole } = problemText({ what: long });
    assert.ok(title.length <= 202 && title.endsWith('program …'), title);
    assert.equal(whole, long);
    const log = 'Cannot load a\n0: R1=ctx()\n1: exit';
    assert.deepEqual(problemText({ what: log }), { title: 'Cannot load a', advice: [], whole: log });
  });
});
