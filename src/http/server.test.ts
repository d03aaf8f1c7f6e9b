import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type Answer, line, type Routes, whole } from './answer.ts';
import { Rejections } from './rejections.ts';
import { type HttpServer, serve } from './server.ts';

const loopback = { host: '127.0.0.1', port: 0 };
const limits = { maxConnections: 100, maxUnsentBytes: 1 << 20, writeTimeoutMs: 10_000 };
const rejections = new Rejections();
const given = { limits, rejections, onError: assert.fail };

type Got = { status: number; headers: Record<string, unknown>; body: Buffer };

async function fetchFrom(
  server: HttpServer,
  path: string,
  { method = 'GET', ...headers }: Record<string, string> = {},
): Promise<Got> {
  const sent = request({ port: server.address.port, host: loopback.host, path, method, headers }).end();
  const [response] = await once(sent, 'response');
  const body = Buffer.concat(await response.toArray());
  return { status: response.statusCode, headers: response.headers, body };
}

describe('the server', async () => {
  const errors: string[] = [];
  const text = { type: 'text/plain; version=0.0.4; charset=utf-8', body: 'grün 1\n' };
  const content = (): Answer => ({ headers: { 'Content-Type': text.type }, body: whole(text.body) });
  const routes: Routes = {
    '/metrics': { GET: content },
    '/slow': { GET: async () => content() },
    '/bytes': { GET: () => ({ headers: {}, body: whole(Buffer.of(0, 255)) }) },
    '/query': { GET: ({ query }) => line(200, query.getAll('a[]').join(' ')) },
    '/busy': { GET: () => line(503, 'Busy', { 'Retry-After': '1' }) },
    '/both': { GET: content, POST: () => line(202, 'Done') },
    '/only-post': { POST: () => line(202, 'Done') },
    '/throws': {
      GET: () => {
        throw new Error('no map');
      },
    },
    '/rejects': { GET: async () => Promise.reject(new Error('no luck')) },
  };
  const server = await serve(loopback, {
    ...given,
    routes,
    onError: (message) => errors.push(message),
  });
  after(() => server.close());
  const get = (path: string, headers?: Record<string, string>): Promise<Got> =>
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

  test('a route has the query, decoded', async () => {
    const { body } = await get('/query?a[]=x&a%5B%5D=y%20z&b=1#c');
    assert.equal(body.toString(), 'x y z\n');
  });

  test('a route may answer with another status and more headers', async () => {
    const { status, headers, body } = await get('/busy', { 'Accept-Encoding': 'gzip' });
    assert.deepEqual([status, headers['retry-after'], body.toString()], [503, '1', 'Busy\n']);
  });

  test('a route may take POST', async () => {
    assert.equal((await get('/both', { method: 'POST' })).status, 202);
    assert.equal((await get('/only-post', { method: 'POST' })).status, 202);
  });

  for (const path of ['/nothing', '/metrics/', '/METRICS', '//metrics', '/__proto__', '/constructor', '*']) {
    test(`GET ${path} is not found`, async () => assert.equal((await get(path)).status, 404));
  }

  const refused: readonly [method: string, path: string, allow: string][] = [
    ...['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].map((method): [string, string, string] => [
      method,
      '/metrics',
      'GET, HEAD',
    ]),
    ['PUT', '/both', 'GET, HEAD, POST'],
    ['GET', '/only-post', 'POST'],
    ['HEAD', '/only-post', 'POST'],
  ];
  for (const [method, path, allow] of refused) {
    test(`${method} ${path} is not allowed`, async () => {
      const { status, headers } = await get(path, { method });
      assert.deepEqual([status, headers.allow], [405, allow]);
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
    await assert.rejects(serve({ ...loopback, port: server.address.port }, { ...given, routes }), {
      code: 'listen',
      message: `Cannot listen on 127.0.0.1:${server.address.port}: EADDRINUSE; another program listens there: stop it or give --web.listen-address`,
    });
  });
});

test('an address that is not ours is an error that names it', async () => {
  await assert.rejects(serve({ host: '192.0.2.1', port: 9435 }, { ...given, routes: {} }), {
    code: 'listen',
    message: /^Cannot listen on 192\.0\.2\.1:9435: EADDRNOTAVAIL; no interface/,
  });
});
