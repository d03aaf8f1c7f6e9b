import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { refuseOtherHosts } from './own-host.ts';

const at = (address: string): AddressInfo => ({ address, port: 9435, family: 'IPv4' });

describe('the name that a client calls us by', () => {
  const passes: readonly [listening: string, host: string | undefined][] = [
    ['127.0.0.1', 'localhost:9435'],
    ['127.0.0.1', 'LOCALHOST'],
    ['127.0.0.1', '127.0.0.1:9435'],
    ['127.0.0.1', '127.1.2.3'],
    ['127.0.0.2', '127.0.0.2:1'],
    ['::1', '[::1]:9435'],
    ['::1', 'localhost'],
    ['127.0.0.1', undefined],
    ['0.0.0.0', 'node.example'],
    ['::', 'node.example:9435'],
    ['192.0.2.1', 'node.example'],
  ];
  for (const [listening, host] of passes) {
    test(`${host} passes at ${listening}`, () => {
      assert.equal(refuseOtherHosts(at(listening), host), undefined);
    });
  }

  const refused: readonly [listening: string, host: string][] = [
    ['127.0.0.1', 'evil.example'],
    ['127.0.0.1', 'localhost.evil.example:9435'],
    ['127.0.0.1', '127.0.0.1.evil.example'],
    ['127.0.0.1', '192.0.2.1'],
    ['127.0.0.1', ''],
    ['::1', '[2001:db8::1]:9435'],
    ['::ffff:127.0.0.1', 'evil.example'],
  ];
  for (const [listening, host] of refused) {
    test(`"${host}" is refused at ${listening}`, () => {
      assert.equal(refuseOtherHosts(at(listening), host)?.status, 421);
    });
  }
});
