import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenError } from './listen-error.ts';

const table: readonly [code: string, host: string | undefined, port: number, message: RegExp][] = [
  ['EADDRINUSE', undefined, 9435, /^Cannot listen on :9435: EADDRINUSE; another program listens there/],
  [
    'EADDRNOTAVAIL',
    '192.0.2.1',
    9435,
    /^Cannot listen on 192\.0\.2\.1:9435: .* has 192\.0\.2\.1: .*:9435 is all/,
  ],
  ['EACCES', '::1', 80, /^Cannot listen on \[::1\]:80: EACCES; ports below 1024 need CAP_NET_BIND_SERVICE/],
  ['EACCES', undefined, 9435, /EACCES; a policy of this machine forbids it$/],
  ['ENOTFOUND', 'nowhere', 1, /ENOTFOUND; no address is known for "nowhere"/],
  ['EAI_AGAIN', 'nowhere', 1, /EAI_AGAIN; nobody answers/],
  ['EAFNOSUPPORT', '::', 9435, /0\.0\.0\.0:9435/],
  ['EMFILE', undefined, 1, /LimitNOFILE=/],
  ['ENFILE', undefined, 1, /fs\.file-max/],
  ['EOTHER', undefined, 1, /^Cannot listen on :1: EOTHER$/],
];
for (const [code, host, port, message] of table) {
  test(`${code} of ${host ?? ''}:${port} says what to do`, () => {
    const error = listenError({ host, port }, Object.assign(new Error('no'), { code }));
    assert.equal(error.code, 'listen');
    assert.match(error.message, message);
  });
}

test('an error without a code is told by its message', () => {
  assert.equal(listenError({ host: undefined, port: 1 }, new Error('no')).message, 'Cannot listen on :1: no');
});
