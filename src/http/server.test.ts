import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { whole } from './send-parts.ts';
import { type Content, type HttpServer, type Routes, serve } from './server.ts';

const loopback = { host: '127.0.0.1', port: 0 };

type Answer = { status: number; headers: Record<string, unknown>; body: Buffer };

async function fetchFrom(
  server: HttpServer,
  path: string,
  { method = 'GET', ...headers }: Record<string, string> = {},
): Promise<Answer> {
  const sent = request({ port: server.address.port, host: loopback.host, path, method, headers }).end();
  const [response] = await once(sent, 'response');
  const body = Buffer.concat(await response.toArray());
  return { status: response.statusCode, headers: response.headers, body };
}

describe('the server', async () => {
  const errors: string[] = [];
  const text = { type: 'text/plain; version=0.0.4; charset=utf-8', body: 'grün 1\n' };
  const content = (): Content => ({ type: text.type, parts: whole(text.body) });
  const routes: Routes = {
    '/metrics': content,
    '/slow': async () => content(),
    '/bytes': () => ({ type: 'application/octet-stream', parts: whole(Buffer.of(0, 255)) }),
    '/throws': () => {
      throw new Error('no map');
    },
    '/rejects': async () => Promise.reject(new Error('no luck')),
  };
  const server = await serve(loopback, {
    routes,
    links: [{ path: '/metrics', text: 'Metrics' }],
    onError: (message) => errors.push(message),
  });
  after(() => server.close());
  const get = (path: string, headers?: Record<string, string>): Promise<Answer> =>
    fetchFrom(server, path, headers);

  for (const path of [
    '/metrics',
    '/slow',
    '/metrics?name[]=a',
    '/metrics?',
    '/%6detrics',
    'http://elsewhere/metrics?a',
  ]) {
    test(`GET ${path} answers its route`, async () => {
      const { status, headers, body } = await get(path);
      assert.deepEqual([status, body.toString()], [200, text.body]);
      assert.equal(headers['content-type'], text.type);
      assert.equal(headers['content-length'], '8');
      assert.equal(headers['content-encoding'], undefined);
    });
  }

  test('bytes are sent as they are', async () => {
    assert.deepEqual((await get('/bytes')).body, Buffer.of(0, 255));
  });

  test('HEAD has the headers of GET and no body', async () => {
    const { date: _, ...expected } = (await get('/metrics')).headers;
    const { status, headers, body } = await get('/metrics', { method: 'HEAD' });
    const { date: __, ...found } = headers;
    assert.deepEqual([status, body.length], [200, 0]);
    assert.deepEqual(found, expected);
  });

  test('a client that accepts gzip gets it', async () => {
    const { headers, body } = await get('/metrics', { 'Accept-Encoding': 'gzip' });
    assert.equal(headers['content-encoding'], 'gzip');
    assert.match(String(headers.vary), /Accept-Encoding/);
    assert.equal(headers['content-length'], String(body.length));
    assert.equal(gunzipSync(body).toString(), text.body);
  });

  test('GET / is a page of links', async () => {
    const { headers, body } = await get('/');
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.match(body.toString(), /<a href="\/metrics">Metrics<\/a>/);
  });

  for (const path of ['/nothing', '/metrics/', '/METRICS', '//metrics', '/__proto__', '/constructor', '*']) {
    test(`GET ${path} is not found`, async () => assert.equal((await get(path)).status, 404));
  }

  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    test(`${method} is not allowed`, async () => {
      const { status, headers } = await get('/metrics', { method });
      assert.deepEqual([status, headers.allow], [405, 'GET, HEAD']);
    });
  }

  for (const [path, message] of [
    ['/throws', 'no map'],
    ['/rejects', 'no luck'],
  ] as const) {
    test(`a route that fails answers 500 and says why in the log only: ${path}`, async () => {
      errors.length = 0;
      const { status, body } = await get(path);
      assert.deepEqual([status, body.toString()], [500, 'Internal error; the log says more\n']);
      assert.deepEqual(errors, [`Cannot answer GET ${path}: ${message}`]);
      assert.equal((await get('/metrics')).status, 200);
    });
  }

  test('a port in use is an error that says what to do', async () => {
    await assert.rejects(
      serve({ ...loopback, port: server.address.port }, { routes, links: [], onError: assert.fail }),
      {
        code: 'listen',
        message: `Cannot listen on 127.0.0.1:${server.address.port}: EADDRINUSE; another program listens there: stop it or give --web.listen-address`,
      },
    );
  });
});

test('an address that is not ours is an error that names it', async () => {
  await assert.rejects(
    serve({ host: '192.0.2.1', port: 9435 }, { routes: {}, links: [], onError: assert.fail }),
    { code: 'listen', message: 'Cannot listen on 192.0.2.1:9435: EADDRNOTAVAIL' },
  );
});

test('a route may take the place of the page of links', async (t) => {
  const server = await serve(loopback, {
    routes: { '/': () => ({ type: 'text/plain', parts: whole('mine') }) },
    links: [],
    onError: assert.fail,
  });
  t.after(() => server.close());
  assert.equal((await fetchFrom(server, '/')).body.toString(), 'mine');
});

test('closing ends open connections and running requests, and can be done twice', async () => {
  const server = await serve(loopback, {
    routes: { '/never': () => new Promise(() => {}) },
    links: [],
    onError: assert.fail,
  });
  const open = async (): Promise<Socket> => {
    const socket = connect(server.address.port, loopback.host).resume();
    await once(socket, 'connect');
    return socket.on('error', () => {}); // a reset is an end too
  };
  const sockets = [await open(), await open()];
  sockets[0]!.write('GET /never HTTP/1.1\r\nHost: a\r\n\r\n');
  const ended = sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve)));
  await server.close();
  await Promise.all(ended);
  await server.close();
});
