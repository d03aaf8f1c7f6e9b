import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { PagePart } from '../exposition/page.ts';
import { createEncoder, type Encoding, encode } from './content-encoding.ts';

/** What is there as a whole. */
export function whole(body: string | Buffer): Iterable<PagePart> {
  return [{ bytes: Buffer.from(body), last: true }];
}

/**
 * Sends a body part by part, each when the client has taken the one before, or just its headers to HEAD. A body of one
 * part is sent with its length. When the client is gone, the rest is not asked for.
 */
export async function sendParts(
  response: ServerResponse,
  parts: AsyncIterable<PagePart> | Iterable<PagePart>,
  encoding: Encoding,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  const gone = new Promise<'gone'>((resolve) => response.once('close', () => resolve('gone')));
  let body: Writable | undefined;
  for await (const { bytes, last } of parts) {
    if (response.closed) return;
    if (body === undefined) {
      const only = last ? await encode(bytes, encoding) : undefined;
      response.writeHead(200, {
        ...headers,
        ...(only === undefined ? {} : { 'Content-Length': only.length }),
      });
      if (response.req.method === 'HEAD') return void response.end();
      if (only !== undefined) return void (await Promise.race([gone, written(response, only, last)]));
      body = bodyStream(response, encoding);
    }
    if ((await Promise.race([gone, written(body, bytes, last)])) === 'gone') return;
  }
}

function bodyStream(response: ServerResponse, encoding: Encoding): Writable {
  if (encoding === 'identity') return response;
  const encoder = createEncoder(encoding);
  encoder.on('error', () => response.destroy());
  response.once('close', () => encoder.destroy());
  encoder.pipe(response);
  return encoder;
}

/** Resolves when the stream has no more use for the bytes. */
function written(stream: Writable, bytes: Buffer, last: boolean): Promise<'taken' | 'gone'> {
  return new Promise((resolve) => {
    const done = (error?: Error | null): void => resolve(error ? 'gone' : 'taken');
    if (last) stream.end(bytes, done);
    else stream.write(bytes, done);
  });
}
