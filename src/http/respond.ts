import { messageOf } from '../errors.ts';
import { line, type Routes } from './answer.ts';
import type { Exchange, Respond } from './client.ts';
import { findHandler, queryOf } from './find-handler.ts';
import { send } from './send.ts';

/** Answers requests by their routes. A route that fails answers 500, and the log has the reason. */
export function responder(routes: Routes, onError: (message: string) => void): Respond {
  return async (exchange) => {
    const { request, response, signal } = exchange;
    // A body would have to be read to its end before the next request.
    if (hasBody(exchange)) response.shouldKeepAlive = false;
    try {
      const target = request.url ?? '/';
      const handler = findHandler(routes, request.method ?? '', target);
      const { headers } = request;
      const { hold } = exchange;
      await send(exchange, await handler({ headers, query: queryOf(target), signal, hold }));
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
