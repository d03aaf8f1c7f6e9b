import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, test } from 'node:test';
import { openNative } from '../native/library.ts';
import { openListenSocket } from './listen-socket.ts';

const native = openNative();
const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ family }) => family === 'IPv6'),
);

/** Node.js accepts on a socket of ours. */
async function serveOn(fd: number): Promise<Server> {
  const server = createServer((socket) => socket.end('hello'));
  server.listen({ fd });
  await once(server, 'listening');
  return server;
}

async function greeting(host: string, port: number): Promise<string> {
  const socket = connect(port, host).setEncoding('utf8');
  const [text] = await once(socket, 'data');
  return text;
}

describe('a listening socket', () => {
  for (const [host, from] of [
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', 'localhost'],
    [undefined, '127.0.0.1'],
    ...(hasIpv6
      ? ([
          ['::1', '::1'],
          [undefined, '::1'],
        ] as const)
      : []),
  ] as const) {
    test(`of ${host ?? 'all addresses'} takes clients from ${from}`, async () => {
      const server = await serveOn(await openListenSocket(native, { host, port: 0 }));
      assert.equal(await greeting(from, (server.address() as AddressInfo).port), 'hello');
      server.close();
    });
  }

  test('keeps its clients waiting until somebody accepts', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const fd = await openListenSocket(native, { host: '127.0.0.1', port });
    const waiting = greeting('127.0.0.1', port);
    const server = await serveOn(fd);
    assert.equal(await waiting, 'hello');
    server.close();
  });

  test('is refused where another listens, or where no address is', async () => {
    const server = await serveOn(await openListenSocket(native, { host: '127.0.0.1', port: 0 }));
    const { port } = server.address() as AddressInfo;
    const refused = (host: string, code: string): Promise<void> =>
      assert.rejects(openListenSocket(native, { host, port }), { code });
    await refused('127.0.0.1', 'EADDRINUSE');
    await refused('192.0.2.1', 'EADDRNOTAVAIL');
    server.close();
  });
});
