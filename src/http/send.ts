import type { Writable } from 'node:stream';
import type { Answer } from './answer.ts';
import type { Exchange } from './client.ts';
import { chooseEncoding, createEncoder, type Encoding, encode } from './content-encoding.ts';

/** What an encoder keeps while it waits, about. */
const encoderBytes = 512 * 1024;

type Done = (error?: Error | null) => void;

/**
 * Sends an answer: each part of its body when the client has taken the one before, or just its headers to HEAD. A body
 * of one part is sent with its length. When the client is gone, the rest is not asked for.
 */
export async function send(
  exchange: Exchange,
  { status = 200, headers, body, stream: endless = false }: Answer,
): Promise<void> {
  const { request, response, signal } = exchange;
  // A body that is encoded already says so.
  const asIs = status !== 200 || endless || headers['Content-Encoding'] !== undefined;
  const encoding = asIs ? 'identity' : chooseEncoding(request.headers['accept-encoding']);
  if (endless) exchange.streaming();
  let wake: Done = () => undefined;
  signal.addEventListener('abort', () => wake(new Error('gone')), { once: true });
  /** Waits until the client took what it is given; false when it is gone. */
  const give = async (work: (done: Done) => void): Promise<boolean> => {
    const error = await new Promise<Error | null | undefined>((resolve) => {
      wake = resolve;
      exchange.taking();
      if (signal.aborted) resolve(new Error('gone'));
      else work(resolve);
    });
    exchange.taken();
    return !error;
  };
  let stream: Writable | undefined;
  for await (const { bytes, last } of body) {
    if (signal.aborted) return;
    if (stream === undefined) {
      const only = last ? await encode(bytes, encoding) : undefined;
      if (signal.aborted) return;
      response.writeHead(status, {
        ...headers,
        ...(status === 200 ? { Vary: 'Accept, Accept-Encoding' } : {}),
        ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
        ...(only === undefined || status === 304 ? {} : { 'Content-Length': only.length }),
      });
      if (request.method === 'HEAD') return void (await give((done) => response.end(done)));
      if (only !== undefined) return void (await give((done) => response.end(only, done)));
      stream = bodyStream(exchange, encoding);
    }
    const to = stream;
    if (!(await give((done) => to.write(bytes, done)))) return;
  }
  await give((done) => {
    response.once('finish', done);
    (stream ?? response).end();
  });
}

function bodyStream({ response, signal, hold }: Exchange, encoding: Encoding): Writable {
  if (encoding === 'identity') return response;
  const encoder = createEncoder(encoding);
  const letGo = (): void => {
    hold(-encoderBytes);
    encoder.destroy();
  };
  signal.addEventListener('abort', letGo, { once: true });
  hold(encoderBytes);
  response.once('finish', () => {
    signal.removeEventListener('abort', letGo);
    letGo();
  });
  encoder.on('error', () => response.destroy());
  encoder.pipe(response);
  return encoder;
}
