import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import {
  createServer as createHttp2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { readSpans } from './read-spans.ts';

/** What a receiver answers; for gRPC, `status` is that of gRPC, 0 for success. */
export type Answer = {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer;
  readonly afterMs?: number;
};

export type Received = {
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  /** As it came, but unpacked. */
  readonly body: Buffer;
};

export type OtlpReceiver = {
  readonly url: string;
  readonly requests: readonly Received[];
  /** The spans of all requests that were answered with success. */
  readonly spans: readonly ReadableSpan[];
  /** What is answered from now on. */
  answer: (nth: number) => Answer;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A receiver of traces on loopback, over HTTP or over gRPC. */
export async function startOtlpReceiver(kind: 'http' | 'grpc' = 'http', port = 0): Promise<OtlpReceiver> {
  const requests: Received[] = [];
  const spans: ReadableSpan[] = [];
  const connections = new Set<Socket | ServerHttp2Session>();
  const success = kind === 'http' ? 200 : 0;
  const receiver = {
    answer: (_nth: number): Answer => ({ status: success }),
    requests,
    spans,
  };
  const take = async (path: string, headers: Received['headers'], body: Buffer): Promise<Answer> => {
    requests.push({ path, headers, body });
    const answer = receiver.answer(requests.length);
    if (answer.afterMs !== undefined) await new Promise((resolve) => setTimeout(resolve, answer.afterMs));
    if (answer.status === success && headers['content-type'] !== 'application/json')
      spans.push(...readSpans(body));
    return answer;
  };
  const server = kind === 'http' ? httpServer(take) : grpcServer(take);
  server.on('connection', (socket: Socket) => connections.add(socket));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    for (const connection of connections) connection.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close,
    [Symbol.asyncDispose]: close,
  });
}

type Take = (path: string, headers: Received['headers'], body: Buffer) => Promise<Answer>;

function httpServer(take: Take) {
  return createHttpServer(async (request, response) => {
    const sent = await whole(request);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const answer = await take(request.url ?? '', request.headers, body);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
}

/** Unary calls: each message has a byte that says whether it is packed, and four for its length, in front. */
function grpcServer(take: Take) {
  const server = createHttp2Server();
  server.on('stream', async (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => undefined);
    const sent = await whole(stream);
    const message = sent.subarray(5, 5 + sent.readUInt32BE(1));
    const {
      status,
      headers: more,
      body = Buffer.alloc(0),
    } = await take(
      String(headers[':path']),
      headers as Received['headers'],
      sent[0] === 1 ? gunzipSync(message) : message,
    );
    if (stream.destroyed) return;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status), ...more }));
    if (status === 0) {
      const prefix = Buffer.alloc(5);
      prefix.writeUInt32BE(body.length, 1);
      stream.write(Buffer.concat([prefix, body]));
    }
    stream.end();
  });
  return server;
}

async function whole(stream: AsyncIterable<Buffer> | IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
