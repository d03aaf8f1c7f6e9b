import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** What happens while this process, which ought to accept or receive, does not get to it. */
function whileBlocked(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: exit code ${status}\n${stderr}`);
}

/** Makes n TCP connections that wait in the listener's queue: the i-th finds i before it. */
export async function fillTcpBacklog(n: number): Promise<void> {
  const server = await listen(createServer((socket) => socket.destroy()).listen(0, '127.0.0.1'));
  const { port } = server.address() as AddressInfo;
  whileBlocked('bash', [
    '-c',
    `for ((i = 0; i < ${n}; i++)); do exec {fd}<>/dev/tcp/127.0.0.1/${port}; done`,
  ]);
  await new Promise((resolve) => server.close(resolve));
}

/** Makes n connections that wait in the queue of a unix socket: the i-th finds i before it. */
export async function fillUnixBacklog(path: string, n: number): Promise<void> {
  const server = await listen(createServer((socket) => socket.destroy()).listen(path));
  const connect = `s = socket.socket(socket.AF_UNIX); s.connect('${path}'); kept.append(s)`;
  whileBlocked('python3', ['-c', `import socket\nkept = []\nfor i in range(${n}): ${connect}`]);
  await new Promise((resolve) => server.close(resolve));
}

/** Sends n UDP packets to a socket that has little room for them. Its port, and how many the kernel dropped. */
export async function overflowUdpSocket(n: number): Promise<{ port: number; drops: number }> {
  const receiver = createSocket({ type: 'udp4', recvBufferSize: 2304 }).bind(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address();
  whileBlocked('bash', [
    '-c',
    `for ((i = 0; i < ${n}; i++)); do echo packet > /dev/udp/127.0.0.1/${port}; done`,
  ]);
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const line = readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .find((one) => one.includes(`:${hex} 00000000:0000`));
  receiver.close();
  return { port, drops: Number(line?.trim().split(/\s+/).at(-1)) };
}

async function listen(server: Server): Promise<Server> {
  await once(server, 'listening');
  return server;
}
