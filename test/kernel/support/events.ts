import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { getPriority } from 'node:os';

/** Exactly n calls of getpriority by this process: of the function in the C library, and of the system call. */
export function callGetpriority(n: number): void {
  for (let i = 0; i < n; i++) getPriority(0);
}

/** Sends exactly n UDP packets through the loopback interface, each after the one before was received. Their port. */
export async function sendUdpPackets(n: number): Promise<number> {
  const receiver = createSocket('udp4').bind(0, '127.0.0.1');
  const sender = createSocket('udp4');
  try {
    await once(receiver, 'listening');
    const { port } = receiver.address();
    for (let i = 0; i < n; i++) {
      sender.send('packet', port, '127.0.0.1');
      await once(receiver, 'message');
    }
    return port;
  } finally {
    receiver.close();
    sender.close();
  }
}

/** Starts at least n kernel timers with the function tcp_keepalive_timer: one for each connection. */
export async function startKeepaliveTimers(n: number): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  for (let i = 0; i < n; i++) {
    const socket = connect({ port, host: '127.0.0.1', keepAlive: true });
    sockets.push(socket);
    await once(socket, 'connect');
  }
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}
