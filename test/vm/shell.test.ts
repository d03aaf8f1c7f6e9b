import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { commandOf, commandScript, quote } from './shell.ts';

const sh = (script: string): string => execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });

describe('quote', () => {
  for (const word of ['', 'plain', 'a b', "it's", '$HOME `id` "x" \\', 'two\nlines', '*', '~', ';']) {
    it(`makes one word of ${JSON.stringify(word)}`, () => {
      assert.equal(sh(`printf '<%s>' ${quote(word)}`), `<${word}>`);
    });
  }
});

describe('commandOf', () => {
  it('takes one argument as a line for the shell', () => {
    assert.equal(sh(commandOf(['echo a; echo b'])), 'a\nb\n');
  });

  it('takes several as a command and its arguments', () => {
    assert.equal(sh(commandOf(['printf', '<%s>', 'a b', '$x'])), '<a b><$x>');
  });
});

describe('commandScript', () => {
  it('sets variables and the directory', () => {
    const script = commandScript('echo "$A"; pwd', { directory: '/usr', env: { A: 'a b' } });
    assert.equal(sh(script), 'a b\n/usr\n');
  });

  it('ends when there is no such directory', () => {
    const script = commandScript('echo here', { directory: '/none/such', env: {} });
    assert.throws(() => execFileSync('/bin/sh', ['-c', script], { stdio: 'pipe' }), { status: 1 });
  });
});
