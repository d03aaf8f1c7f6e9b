import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Namespace } from './namespace.ts';
import { output, start } from './run.ts';
import { until } from './wait.ts';

export type Addresses = { readonly here: string; readonly there: string };

/** Gives both ends of the pair an IPv4 address, of the link only, besides their IPv6 one. */
export async function addIpv4(namespace: Namespace): Promise<Addresses> {
  const [here, there] = ['169.254.213.1', '169.254.213.2'];
  const add = (address: string, device: string): string[] => [
    'address',
    'add',
    `${address}/30`,
    'dev',
    device,
    'scope',
    'link',
  ];
  await output('ip', add(here, namespace.interface));
  await namespace.run('ip', add(there, namespace.interface.replace(/a$/, 'b')));
  return { here, there };
}

/** Sends n UDP packets of 5,000 bytes from there to a closed port here. On Ethernet that is four fragments each. */
export async function sendFragments(namespace: Namespace, to: string, n: number): Promise<void> {
  const family = to.includes(':') ? 'AF_INET6' : 'AF_INET';
  const send = `s.sendto(bytes(5000), socket.getaddrinfo('${to}', 9, socket.${family})[0][4])`;
  await namespace.run('python3', [
    '-c',
    `import socket; s = socket.socket(socket.${family}, socket.SOCK_DGRAM)\nfor i in range(${n}): ${send}`,
  ]);
}

/** Sends into a connection whose packets are lost from then on, until it was seen that the kernel tries again. */
export async function loseTcpPackets(
  namespace: Namespace,
  { here }: Addresses,
  seen: (port: number) => Promise<boolean>,
): Promise<number> {
  let accepted: Socket | undefined;
  const server = createServer((socket) => {
    accepted = socket.on('error', () => undefined);
  }).listen(0, here);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connect = `s = socket.create_connection(('${here}', ${port})); time.sleep(600)`;
  const client = namespace.start('python3', ['-c', `import socket, time; ${connect}`]);
  await until('a connection', () => accepted);
  const qdisc = (...args: readonly string[]): Promise<string> =>
    output('tc', ['qdisc', args[0]!, 'dev', namespace.interface, 'root', ...args.slice(1)]);
  await qdisc('add', 'netem', 'loss', '100%');
  accepted!.write('lost');
  await until('the packet is sent again', () => seen(port));
  await qdisc('delete');
  accepted!.destroy();
  client.child.kill('SIGKILL');
  await client.ended;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Fills the small receive buffer of a socket here, which nobody reads, with packets of one byte. */
export async function overflowTcpSocket(namespace: Namespace, { here }: Addresses): Promise<void> {
  const receive = `
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
s.bind(('${here}', 0))
s.listen()
print(s.getsockname()[1], flush=True)
c = s.accept()[0]
sys.stdin.read()`;
  const receiver = start('python3', ['-c', receive], { stdio: ['pipe', 'pipe', 'pipe'] });
  const [line] = await once(receiver.child.stdout!, 'data');
  const send = `
import socket, time
s = socket.create_connection(('${here}', ${String(line).trim()}))
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
s.settimeout(1)
try:
  for i in range(1000): s.send(b'x'); time.sleep(0.001) # one packet each
except TimeoutError: pass`;
  await namespace.run('python3', ['-c', send]);
  receiver.child.stdin!.end();
  await receiver.ended;
}
