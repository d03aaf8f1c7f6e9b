import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExporterError, messageOf } from '../errors.ts';
import type { PagePart } from '../exposition/page.ts';
import { chooseEncoding } from './content-encoding.ts';
import { landingPage } from './landing-page.ts';
import type { ListenAddress } from './listen-address.ts';
import { sendParts, whole } from './send-parts.ts';

// Importing it as a module would run its getters, and with them load a whole HTTP client: 60 ms of every start.
const { createServer } = process.getBuiltinModule('node:http');

/** A client that neither reads nor writes for so long is cut off: it would hold on to its page. */
const stalledMs = 120_000;

/** What a path answers. */
export type Content = {
  readonly type: string;
  /** Asked for one by one, as they are sent. */
  readonly parts: AsyncIterable<PagePart> | Iterable<PagePart>;
};
export type Routes = Readonly<Record<string, (request: IncomingMessage) => Content | Promise<Content>>>;

export type HttpOptions = {
  /** Absolute paths and what they answer; `/` is a page of links unless it is one of them. */
  readonly routes: Routes;
  readonly links: readonly { path: string; text: string }[];
  readonly onError: (message: string) => void;
};

export type HttpServer = {
  /** Where it listens. */
  readonly address: AddressInfo;
  /** Stops at once, open connections included. */
  close(): Promise<void>;
};

/** Serves routes until `close`. Throws `listen` with the address and the reason. */
export async function serve(address: ListenAddress, options: HttpOptions): Promise<HttpServer> {
  const routes: Routes = {
    '/': () => ({ type: 'text/html; charset=utf-8', parts: whole(landingPage(options.links)) }),
    ...options.routes,
  };
  const server = createServer((request, response) => {
    answer(routes, request, response).catch((thrown: unknown) => {
      options.onError(`Cannot answer ${request.method} ${request.url}: ${messageOf(thrown)}`);
      if (!response.headersSent) plain(response, 500, 'Internal error; the log says more');
      else response.destroy();
    });
  });
  server.setTimeout(stalledMs);
  await listen(server, address);
  server.on('error', (error) => options.onError(`HTTP server: ${error.message}`));
  return {
    address: server.address() as AddressInfo,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => {
      const where = host?.includes(':') ? `[${host}]:${port}` : `${host ?? ''}:${port}`;
      const advice =
        cause.code === 'EADDRINUSE'
          ? '; another program listens there: stop it or give --web.listen-address'
          : '';
      reject(
        new ExporterError('listen', `Cannot listen on ${where}: ${cause.code ?? messageOf(cause)}${advice}`, {
          cause,
        }),
      );
    };
    server.once('error', refuse);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

async function answer(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = pathOf(request.url ?? '/');
  const route = path !== undefined && Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) {
    plain(response, 404, 'Not found');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    plain(response, 405, 'Method not allowed');
    return;
  }
  const { type, parts } = await route(request);
  const encoding = chooseEncoding(request.headers['accept-encoding']);
  await sendParts(response, parts, encoding, {
    'Content-Type': type,
    Vary: 'Accept, Accept-Encoding',
    ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
  });
}

/** The path of a request target, which may be absolute and percent-encoded (RFC 9112 section 3.2). */
function pathOf(target: string): string | undefined {
  try {
    const path = target.startsWith('/') ? target.split(/[?#]/, 1)[0]! : new URL(target).pathname;
    return decodeURIComponent(path);
  } catch {
    return undefined; // no route has it
  }
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}
