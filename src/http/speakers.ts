import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Access, Secure } from './access.ts';
import type { Client } from './client.ts';

/** Clients have their own deadlines (`Client`); those of Node.js are looked at every 30 s only, also when there is nobody. */
const noDeadlines = {
  headersTimeout: 0,
  requestTimeout: 0,
  keepAliveTimeout: 0,
  connectionsCheckingInterval: 2 ** 31 - 1,
};

/** Requests of one HTTP/2 connection at a time; they are answered one by one. */
const maxStreams = 16;

type OnRequest = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/**
 * Those of Node.js' servers that understand what comes on a connection: HTTP, or TLS and in it HTTP or HTTP/2, as
 * `Access` has it at the moment. None of them listens: they are handed connections.
 */
export class Speakers {
  readonly #access: Access | undefined;
  readonly #byConnection = new WeakMap<Socket, Client>();
  /** By the client's end of the connection: TLS and HTTP/2 have sockets of their own. */
  readonly #byPeer = new Map<string, Client>();
  #speaker: Server;
  #secure: Secure | undefined;

  constructor(access: Access | undefined) {
    this.#access = access;
    this.#secure = access?.secure;
    this.#speaker = this.#create(this.#secure);
  }

  take(socket: Socket, client: Client): void {
    this.#access?.refresh();
    if (this.#access?.secure !== this.#secure) {
      this.#secure = this.#access?.secure;
      this.#speaker = this.#create(this.#secure);
    }
    if (this.#secure === undefined) this.#byConnection.set(socket, client);
    else {
      const peer = peerOf(socket);
      this.#byPeer.set(peer, client);
      socket.once('close', () => this.#byPeer.delete(peer));
    }
    this.#speaker.emit('connection', socket);
  }

  #create(secure: Secure | undefined): Server {
    // Importing them as modules would run their getters, and with them load a whole HTTP client: 60 ms of every start.
    if (secure === undefined) {
      const { createServer } = process.getBuiltinModule('node:http');
      const server = createServer(noDeadlines, (request, response) => {
        this.#byConnection.get(request.socket)?.receive(request, response);
      });
      return Object.assign(server, { httpAllowHalfOpen: true });
    }
    const onRequest: OnRequest = (request, response) => {
      // Those of HTTP/2 are made to look alike.
      this.#byPeer
        .get(peerOf(request.socket))
        ?.receive(request as IncomingMessage, response as ServerResponse);
    };
    const server = secure.http2
      ? process
          .getBuiltinModule('node:http2')
          .createSecureServer(
            { ...secure.options, allowHTTP1: true, settings: { maxConcurrentStreams: maxStreams } },
            onRequest,
          )
      : process.getBuiltinModule('node:https').createServer({ ...noDeadlines, ...secure.options }, onRequest);
    server.prependListener('secureConnection', (socket: TLSSocket) => {
      const client = this.#byPeer.get(peerOf(socket));
      if (client === undefined || secure.refusalOf(socket) !== undefined) socket.destroy();
      else client.secured(socket);
    });
    // Clients that do not speak TLS, or not with us.
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    server.on('sessionError', () => undefined);
    return server;
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
