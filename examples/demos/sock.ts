// A program that asks a web server on loopback something: its span shows what the kernel did for the connection. Run it
// beside the exporter with the example sock-trace.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { idsOf, probes, withSpan } from './user-spans.ts';

const server = createServer((socket) =>
  socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n')),
);
await once(server.listen(0, '127.0.0.1'), 'listening');

await withSpan('sock-demo', 'request', async (span) => {
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const { hi, lo, span: id } = idsOf(span);
  probes.sockSetParentSpan(probes.socketCookie(descriptorOf(socket)), hi, lo, id, 42n);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket.resume(), 'close');
});
server.close();

/** Node.js has no public way to say which descriptor a socket has. */
function descriptorOf(socket: Socket): number {
  return (socket as unknown as { _handle: { fd: number } })._handle.fd;
}
