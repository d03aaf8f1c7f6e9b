import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Namespace } from './namespace.ts';
import { until } from './wait.ts';

/** Receives exactly n UDP packets that are sent from another network namespace. */
export async function receiveUdpPackets(namespace: Namespace, n: number): Promise<void> {
  const receiver = createSocket('udp6');
  let received = 0;
  receiver.on('message', () => {
    received++;
  });
  try {
    receiver.bind(0, namespace.address.here);
    await once(receiver, 'listening');
    const { port } = receiver.address();
    await namespace.run(process.execPath, [
      '-e',
      `const sender = require('node:dgram').createSocket('udp6');
       let sent = 0;
       for (let i = 0; i < ${n}; i++) {
         sender.send('packet', ${port}, '${namespace.address.there}', () => { if (++sent === ${n}) sender.close(); });
       }`,
    ]);
    await until(`${n} UDP packets`, () => received === n);
  } finally {
    receiver.close();
  }
}

/** Receives UDP packets from another network namespace, one every millisecond or so, until `end`, which says how many. */
export async function streamUdpPackets(
  namespace: Namespace,
): Promise<{ end(): Promise<number>; [Symbol.asyncDispose](): Promise<void> }> {
  const receiver = createSocket('udp6');
  let received = 0;
  receiver.on('message', () => {
    received++;
  });
  receiver.bind(0, namespace.address.here);
  await once(receiver, 'listening');
  const sender = namespace.start(process.execPath, [
    '-e',
    `const sender = require('node:dgram').createSocket('udp6');
     setInterval(() => sender.send('packet', ${receiver.address().port}, '${namespace.address.there}'), 1);`,
  ]);
  const stop = async (): Promise<void> => {
    sender.child.kill('SIGKILL');
    await sender.ended;
  };
  return {
    async end() {
      await stop();
      let before = -1;
      await until('what was sent has come', async () => {
        const all = before === received;
        before = received;
        await sleep(50);
        return all;
      });
      return received;
    },
    async [Symbol.asyncDispose]() {
      await stop();
      receiver.close();
    },
  };
}

/** Takes n TCP connections from another network namespace, which closes each. */
export async function connectTcp(namespace: Namespace, n: number): Promise<void> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('error', () => undefined).end();
  }).listen(0, namespace.address.here);
  try {
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await namespace.run(process.execPath, [
      '-e',
      `for (let i = 0; i < ${n}; i++) require('node:net').connect(${port}, '${namespace.address.there}').resume();`,
    ]);
    assert.equal(connections, n);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
