import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Console } from './console.ts';

describe('a guest’s console', () => {
  it('keeps the last lines, put together from pieces, without control characters', () => {
    const console = new Console();
    console.write('\x1b[2Jone\r\ntw');
    console.write('o\r\n\r\nthr');
    console.write('ee');
    assert.deepEqual(console.tail(2), ['two', 'three']);
    assert.deepEqual(console.tail(9), ['one', 'two', 'three']);
    assert.equal(console.panic, undefined);
  });

  it('knows a panic and its reason, however the text arrives', () => {
    const console = new Console();
    console.write('[    9.1] Kernel panic - not');
    console.write(' syncing: sysrq triggered crash\r\n[    9.2] CPU: 0\r\n');
    assert.equal(console.panic, 'sysrq triggered crash');
  });

  it('forgets what is long past', () => {
    const console = new Console();
    for (let i = 0; i < 1000; i++) console.write(`line ${i}\n`);
    assert.equal(console.tail(1000).length, 199);
    assert.deepEqual(console.tail(1), ['line 999']);
  });
});
