import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keysOf } from './keys.ts';

describe('keys of a terminal', () => {
  it('are those of arrows in both modes, and of letters', () => {
    assert.deepEqual(keysOf('\x1b[A\x1bOBhl'), ['up', 'down', 'left', 'right']);
    assert.deepEqual(keysOf('\x1b[5~\x1b[6~gG'), ['pageUp', 'pageDown', 'home', 'end']);
    assert.deepEqual(keysOf('s \t'), ['sort', 'pause', 'right']);
  });

  it('end the command in every usual way', () => {
    for (const one of ['q', 'Q', '\x03', '\x04', '\x1b']) assert.deepEqual(keysOf(one), ['quit']);
  });

  it('mean nothing when they are others, whose parts are no keys either', () => {
    assert.deepEqual(keysOf('\x1b[15~\x1b[1;5C\x1bOPxé日'), []);
    assert.deepEqual(keysOf(''), []);
  });
});
