import type { AddressInfo } from 'node:net';
import { messageOf } from '../errors.ts';
import type { Access } from './access.ts';
import { line, type Routes } from './answer.ts';
import type { Exchange, Respond } from './client.ts';
import { findHandler, isOpen, queryOf, wantsOwnHost } from './find-handler.ts';
import { refuseOtherHosts } from './own-host.ts';
import { send } from './send.ts';

/** Answers requests that may be asked by their routes. A route that fails answers 500, and the log has the reason. */
export function responder(
  routes: Routes,
  access: Access | undefined,
  onError: (message: string) => void,
  listening: () => AddressInfo | undefined,
): Respond {
  return async (exchange) => {
    const { request, response, signal } = exchange;
    // A body would have to be read to its end before the next request.
    if (hasBody(exchange)) response.shouldKeepAlive = false;
    try {
      const target = request.url ?? '/';
      const { headers } = request;
      const host = headers[':authority']?.toString() ?? headers.host; // HTTP/2 has the first
      const refusal =
        (wantsOwnHost(routes, target) ? refuseOtherHosts(listening(), host) : undefined) ??
        (isOpen(routes, target) ? undefined : await access?.refuse(headers));
      const handler = findHandler(routes, request.method ?? '', target);
      const { hold } = exchange;
      const client = request.socket.remoteAddress ?? '';
      const answer = refusal ?? (await handler({ headers, client, query: queryOf(target), signal, hold }));
      await send(exchange, { ...answer, headers: { ...answer.headers, ...access?.headers } });
    } catch (thrown) {
      if (signal.aborted) return;
      onError(`Cannot answer ${request.method} ${request.url}: ${messageOf(thrown)}`);
      if (response.headersSent) response.destroy();
      else await send(exchange, line(500, 'Internal error; the log says more'));
    }
  };
}

function hasBody({ request: { headers } }: Exchange): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
