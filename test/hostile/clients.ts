import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A crowd of connections that does its worst until it is ended. */
export type Crowd = { readonly sockets: readonly Socket[]; end(): void };

/** Several crowds as one. */
export function together(crowds: readonly Crowd[]): Crowd {
  return {
    sockets: crowds.flatMap(({ sockets }) => sockets),
    end: () => {
      for (const crowd of crowds) crowd.end();
    },
  };
}

const get = (path: string, ...headers: string[]): string =>
  `GET ${path} HTTP/1.1\r\n${['Host: exporter', ...headers].join('\r\n')}\r\n\r\n`;

/** So many at a time, so that others in this process have their turn. */
const batch = 100;

/** Connections that send something and read nothing. */
async function crowd(port: number, count: number, text: string): Promise<Crowd> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const more = Array.from({ length: Math.min(batch, count - sockets.length) }, async () => {
      const socket = connect({ port, host: '127.0.0.1' });
      sockets.push(socket.on('error', () => undefined).pause()); // being cut off is what they are here for
      await once(socket, 'connect').catch(() => undefined);
      if (text !== '') socket.write(text);
    });
    await Promise.all(more);
  }
  return {
    sockets,
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Does something to every connection of a crowd again and again. */
function every(ms: number, { sockets, end }: Crowd, act: (socket: Socket) => void): Crowd {
  const timer = setInterval(() => {
    for (const socket of sockets) if (!socket.destroyed) act(socket);
  }, ms);
  return {
    sockets,
    end: () => {
      clearInterval(timer);
      end();
    },
  };
}

/** Ask for a page and never read it. */
export const unreadPages = (port: number, count: number, path = '/metrics'): Promise<Crowd> =>
  crowd(port, count, get(path));

/** The same, compressed. */
export const unreadCompressedPages = (port: number, count: number, encoding: string): Promise<Crowd> =>
  crowd(port, count, get('/metrics', `Accept-Encoding: ${encoding}`));

/** Ask for many pages at once on each connection, and read none. */
export const pipelines = (port: number, count: number, requests: number): Promise<Crowd> =>
  crowd(port, count, get('/metrics').repeat(requests));

/** Connect and say nothing. */
export const idle = (port: number, count: number): Promise<Crowd> => crowd(port, count, '');

/** Send a request that never ends, a byte at a time. */
export async function endlessRequests(port: number, count: number, ms = 1000): Promise<Crowd> {
  const start = get('/metrics').slice(0, -2);
  return every(ms, await crowd(port, count, `${start}X: `), (socket) => socket.write('x'));
}

/** Read a byte of their page at a time. */
export async function byteReaders(port: number, count: number, ms = 1000): Promise<Crowd> {
  return every(ms, await unreadPages(port, count), (socket) => void socket.read(1));
}

/** Ask for a page, say that nothing more will come, and read nothing. */
export async function halfClosed(port: number, count: number): Promise<Crowd> {
  const found = await crowd(port, count, get('/metrics'));
  for (const socket of found.sockets) socket.end();
  return found;
}
