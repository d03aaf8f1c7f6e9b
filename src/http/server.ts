import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { DescriptorLimit } from '../process/descriptor-limit.ts';
import { rateLimited } from '../process/log.ts';
import type { Access } from './access.ts';
import type { Routes } from './answer.ts';
import { type ClientLimits, Clients } from './clients.ts';
import type { ListenAddress } from './listen-address.ts';
import { listenError } from './listen-error.ts';
import type { Rejections } from './rejections.ts';
import { responder } from './respond.ts';
import { Speakers } from './speakers.ts';

// Importing it as a module would run its getters.
const { createServer } = process.getBuiltinModule('node:net');

/** Connections that wait to be accepted; the kernel's limit is `net.core.somaxconn`. One that finds no room tries again after a second. */
const backlog = 4096;

export type HttpOptions = {
  readonly routes: Routes;
  readonly limits: ClientLimits;
  readonly rejections: Rejections;
  /** Undefined: plain HTTP for everybody. */
  readonly access?: Access | undefined;
  readonly onError: (message: string) => void;
};

export type ListeningSocket = { readonly fd: number };

export type HttpServer = {
  /** Where it listens. */
  readonly address: AddressInfo;
  /** Ends idle connections at once, others when they have their answer or after `timeoutMs`. Can be called twice. */
  close(timeoutMs?: number): Promise<void>;
};

/**
 * Serves routes until `close`, on an address or on a socket that listens already and is the server's from now on. Throws
 * `listen` with the address and the reason.
 */
export async function serve(
  address: ListenAddress | ListeningSocket,
  options: HttpOptions,
): Promise<HttpServer> {
  const { limits, rejections, access, onError } = options;
  const limit = DescriptorLimit.open();
  const sayScarce = rateLimited(onError, { burst: 1, intervalMs: 60_000 });
  const clients = new Clients({
    limits,
    rejections,
    respond: responder(options.routes, access, onError, () => server.address() as AddressInfo | undefined),
    descriptorsScarce: (socket) => {
      const most = limit.reachedBy(descriptorOf(socket));
      if (most === undefined) return false;
      sayScarce(
        `File descriptors run out: ${most} is the limit (ulimit -n, LimitNOFILE=), and few are left; connections are closed for new ones`,
      );
      return true;
    },
  });
  const speakers = new Speakers(access);
  // A client that has sent its request and closed its side still gets an answer.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const client = clients.admit(socket);
    if (client !== undefined) speakers.take(socket, client);
  });
  try {
    await ('fd' in address ? accept(server, address) : listen(server, address));
  } catch (thrown) {
    limit.close();
    throw thrown;
  }
  server.on('error', (error) => sayScarce(`HTTP server: ${error.message}`));
  return {
    address: server.address() as AddressInfo,
    close: async (timeoutMs = 0) => {
      server.close();
      await clients.close(timeoutMs);
      limit.close();
    },
  };
}

/** As `listen({ fd })`, but for its look whether we are a worker of node:cluster, whose loading takes 1 ms of a start. */
type ListenAlone = (address: null, port: null, type: null, backlog: number, fd: number) => void;

async function accept(server: Server, { fd }: ListeningSocket): Promise<void> {
  const { _listen2: listenAlone } = server as Server & { readonly _listen2?: ListenAlone };
  if (listenAlone === undefined) server.listen({ fd, backlog });
  else listenAlone.call(server, null, null, null, backlog, fd);
  await once(server, 'listening');
}

/** The least one that was free; Node.js does not tell it otherwise. */
function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { _handle?: { fd?: number } | null };
  return handle?.fd ?? -1;
}

function listen(server: Server, address: ListenAddress): Promise<void> {
  const { host, port } = address;
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => reject(listenError(address, cause));
    server.once('error', refuse);
    server.listen({ port, backlog, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}
