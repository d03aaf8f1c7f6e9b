import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatListenAddress, parseListenAddress } from './listen-address.ts';

const read: readonly [text: string, host: string | undefined, port: number][] = [
  [':9435', undefined, 9435],
  [':0', undefined, 0],
  ['localhost:65535', 'localhost', 65535],
  ['127.0.0.1:80', '127.0.0.1', 80],
  ['[::1]:9435', '::1', 9435],
  ['[::]:9435', '::', 9435],
  ['[fe80::1%eth0]:9435', 'fe80::1%eth0', 9435],
  ['[::ffff:127.0.0.1]:1', '::ffff:127.0.0.1', 1],
];
for (const [text, host, port] of read) {
  test(`${text} is port ${port} of ${host ?? 'all addresses'}`, () =>
    assert.deepEqual(parseListenAddress(text), { host, port }));
  test(`${text} is written as it was read`, () => assert.equal(formatListenAddress({ host, port }), text));
}

const refused = [
  '',
  '9435',
  ':',
  'localhost',
  'localhost:',
  ':http',
  ':-1',
  ':65536',
  ':123456',
  '::1:9435',
  '[::1]',
  '[]:1',
  'http://localhost:1',
  'a b:1',
];
for (const text of refused) {
  test(`"${text}" is not an address`, () =>
    assert.throws(() => parseListenAddress(text), {
      code: 'usage',
      message: `--web.listen-address "${text}" is not an address; host:port, :port or [v6]:port is needed`,
    }));
}

test('"*" is not a host', () =>
  assert.throws(() => parseListenAddress('*:9435'), {
    code: 'usage',
    message: '--web.listen-address "*:9435": "*" is no host; for all addresses :9435 is needed',
  }));
