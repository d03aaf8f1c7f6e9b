import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { foldedText, frameTree, hottest, matchedShare, placeFrames } from './flame.ts';

const stacks = [
  { frames: ['main', 'read', 'wait'], value: 6 },
  { frames: ['main', 'read'], value: 2 },
  { frames: ['main', 'write'], value: 2 },
  { frames: ['idle'], value: 0 },
];

describe('stacks', () => {
  const root = frameTree(stacks);

  test('become a tree in which callers have what they call', () => {
    const [main] = root.children;
    assert.deepEqual([root.total, root.children.length], [10, 1]);
    assert.deepEqual(
      main?.children.map(({ name, total, self }) => [name, total, self]),
      [
        ['read', 8, 2],
        ['write', 2, 2],
      ],
    );
  });

  test('are as wide as their share, under their callers', () => {
    assert.deepEqual(
      placeFrames(root, [], 0.1).map(({ frame, left, width, depth }) => [frame.name, left, width, depth]),
      [
        ['all', 0, 1, 0],
        ['main', 0, 1, 1],
        ['read', 0, 0.8, 2],
        ['wait', 0, 0.6000000000000001, 3],
        ['write', 0.8, 0.2, 2],
      ],
    );
  });

  test('are left out where nobody would see them', () => {
    assert.ok(!placeFrames(root, [], 0.3).some(({ frame }) => frame.name === 'write'));
  });

  test('have the whole width when one is zoomed into, under all of its callers', () => {
    const placed = placeFrames(root, ['main', 'write'], 0.1);
    assert.deepEqual(
      placed.map(({ frame, width }) => [frame.name, width]),
      [
        ['all', 1],
        ['main', 1],
        ['write', 1],
      ],
    );
    assert.equal(placeFrames(root, ['main', 'gone'], 0.1).length, 5, 'a frame that is gone ends the zoom');
  });

  test('are found by a part of a name, each once', () => {
    assert.equal(matchedShare(root, 'READ'), 0.8);
    assert.equal(matchedShare(root, 'wait'), 0.6);
    assert.equal(matchedShare(root, ''), 0);
  });

  test('of a function that calls itself count once in its total', () => {
    const [a] = hottest(frameTree([{ frames: ['a', 'a', 'a'], value: 3 }]), 5);
    assert.deepEqual(a, { name: 'a', self: 3, total: 3 });
  });

  test('are written folded, a line each', () => {
    assert.equal(
      foldedText([...stacks, { frames: ['a;b', 'commit_timeout\t[jbd2]'], value: 0.25 }]),
      'main;read;wait 6\nmain;read 2\nmain;write 2\na b;commit_timeout [jbd2] 0.25\n',
    );
  });
});
