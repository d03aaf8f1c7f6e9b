import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { PagePart } from '../exposition/page.ts';
import { type Answer, whole } from './answer.ts';
import type { Encoding } from './content-encoding.ts';
import { send } from './send.ts';

const partBytes = 100_000;
const decoders = { identity: (bytes: Buffer) => bytes, gzip: gunzipSync, zstd: zstdDecompressSync };
const encodings = Object.keys(decoders) as Encoding[];

/** Parts in one buffer that is written over when the next part is asked for. */
async function* partsOf(count: number, state = { asked: 0, ended: false }): AsyncGenerator<PagePart> {
  const bytes = Buffer.alloc(partBytes);
  try {
    for (let part = 1; part <= count; part++) {
      state.asked = part;
      bytes.fill(`part ${part}\n`);
      yield { bytes, last: part === count };
    }
  } finally {
    state.ended = true;
  }
}

function expected(count: number): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, part) => Buffer.alloc(partBytes, `part ${part + 1}\n`)),
  );
}

describe('a body in parts', async () => {
  let parts: Answer['body'] = [];
  let sent: Promise<void> = Promise.resolve();
  let held = 0;
  const server = createServer((request, response) => {
    const gone = new AbortController();
    request.socket.once('close', () => gone.abort());
    sent = send(
      {
        request,
        response,
        signal: gone.signal,
        hold: (bytes) => {
          held += bytes;
        },
        taking: () => undefined,
        taken: () => undefined,
        streaming: () => undefined,
      },
      { headers: { 'Content-Type': 'text/plain' }, body: parts },
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  const { port } = server.address() as AddressInfo;

  const ask = async (encoding: Encoding = 'identity', method = 'GET') => {
    const headers = { 'Accept-Encoding': encoding };
    const asked = request({ port, host: '127.0.0.1', method, headers, agent: false }).end();
    const [response] = await once(asked, 'response');
    return { asked, response };
  };

  for (const encoding of encodings) {
    it(`arrives whole as ${encoding}`, async () => {
      parts = partsOf(50);
      const { response } = await ask(encoding);
      const body = Buffer.concat(await response.toArray());
      assert.equal(response.headers['content-length'], undefined);
      assert.deepEqual(decoders[encoding](body), expected(50));
      await sent;
    });

    it(`has its length when it is one part, as ${encoding}`, async () => {
      parts = partsOf(1);
      const { response } = await ask(encoding);
      const body = Buffer.concat(await response.toArray());
      assert.equal(response.headers['content-length'], String(body.length));
      assert.deepEqual(decoders[encoding](body), expected(1));
    });

    it(`ends when its reader does, as ${encoding}`, async () => {
      const state = { asked: 0, ended: false };
      parts = partsOf(100_000, state);
      const { asked, response } = await ask(encoding);
      await once(response, 'data');
      asked.destroy();
      response.on('error', () => undefined);
      await sent;
      assert.equal(held, 0);
      assert.equal(state.ended, true);
      assert.ok(state.asked < 100_000);
    });
  }

  it('waits for a client that does not read', async () => {
    const state = { asked: 0, ended: false };
    parts = partsOf(2000, state);
    const { response } = await ask(); // nobody reads it
    let before = -1;
    while (state.asked !== before) {
      before = state.asked;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(state.asked < 2000, `${state.asked} parts were asked for`);
    assert.deepEqual(Buffer.concat(await response.toArray()), expected(2000));
  });

  it('is not written for HEAD', async () => {
    const state = { asked: 0, ended: false };
    parts = partsOf(50, state);
    const { response } = await ask('identity', 'HEAD');
    assert.equal((await response.toArray()).length, 0);
    await sent;
    assert.deepEqual(state, { asked: 1, ended: true });
  });

  it('is the bytes of a text', async () => {
    parts = whole('grün');
    const { response } = await ask();
    assert.equal(Buffer.concat(await response.toArray()).toString(), 'grün');
  });
});
