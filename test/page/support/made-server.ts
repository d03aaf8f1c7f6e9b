import assert from 'node:assert/strict';
import type { Access } from '../../../src/http/access.ts';
import type { Request, Routes } from '../../../src/http/answer.ts';
import { whole } from '../../../src/http/answer.ts';
import { pageRoutes } from '../../../src/http/page-files.ts';
import { Rejections } from '../../../src/http/rejections.ts';
import { type HttpServer, serve } from '../../../src/http/server.ts';
import type { Live } from '../../../src/live/live.ts';

export type MadeServer = {
  readonly url: string;
  readonly port: number;
  /** Answered so far at the endpoint, by what they asked for. */
  readonly asked: string[];
  /** Streams that are open. */
  streams(): number;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type Options = {
  readonly data: (time: number, query: URLSearchParams, history?: number) => Live;
  readonly port?: number;
  readonly eventsEveryMs?: number;
  /** There are too many streams already. */
  readonly noStreams?: boolean;
  readonly access?: Access;
};

/** The page as the exporter serves it, over made data. */
export async function serveMadeData(options: Options): Promise<MadeServer> {
  const { data, port = 0, eventsEveryMs = 1000, noStreams = false, access } = options;
  const asked: string[] = [];
  const closing = new AbortController();
  let streams = 0;
  async function* events({ query, signal }: Request): AsyncGenerator<{ bytes: Buffer; last: boolean }> {
    streams++;
    try {
      for (let first = true; !signal.aborted && !closing.signal.aborted; first = false) {
        const live = first ? data(now(), query) : data(now(), query, 0);
        yield { bytes: Buffer.from(`event: live\ndata: ${JSON.stringify(live)}\n\n`), last: false };
        await passed(eventsEveryMs, signal, closing.signal);
      }
    } finally {
      streams--;
    }
  }
  const page = Object.entries(pageRoutes([{ path: '/metrics', text: 'Metrics' }]));
  const routes: Routes = {
    ...Object.fromEntries(page.map(([path, GET]) => [path, { GET }])),
    '/metrics': { GET: () => ({ headers: { 'Content-Type': 'text/plain' }, body: whole('made 1\n') }) },
    '/api/v1/live': {
      GET: (request) => {
        asked.push(request.query.toString());
        const stream = request.headers.accept === 'text/event-stream';
        if (stream && noStreams) return { status: 503, headers: {}, body: whole('too many streams\n') };
        return stream
          ? {
              headers: { 'Content-Type': 'text/event-stream', 'Content-Encoding': 'identity' },
              body: events(request),
            }
          : {
              headers: { 'Content-Type': 'application/json' },
              body: whole(JSON.stringify(data(now(), request.query))),
            };
      },
    },
  };
  const server: HttpServer = await serve(
    { host: '127.0.0.1', port },
    {
      routes,
      limits: { maxConnections: 100, maxUnsentBytes: 64 << 20, writeTimeoutMs: 600_000 },
      rejections: new Rejections(),
      onError: (message) => assert.fail(message),
      access,
    },
  );
  const close = async (): Promise<void> => {
    closing.abort();
    await server.close(100);
  };
  return {
    url: `http://127.0.0.1:${server.address.port}/`,
    port: server.address.port,
    asked,
    streams: () => streams,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function now(): number {
  return Math.round(Date.now() / 100) / 10;
}

function passed(ms: number, ...signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    for (const signal of signals)
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
  });
}
