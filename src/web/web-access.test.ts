import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { Agent, request } from 'node:https';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { hashSync } from 'bcryptjs';
import { line, whole } from '../http/answer.ts';
import { Rejections } from '../http/rejections.ts';
import { type HttpServer, serve } from '../http/server.ts';
import { WebAccess } from './web-access.ts';

const directory = mkdtempSync(join(tmpdir(), 'web-access-'));
process.once('exit', () => rmSync(directory, { recursive: true }));
const at = (name: string): string => join(directory, name);

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
}

/** NAME.crt and NAME.key, signed by the authority ca, or by itself. */
function certificate(name: string, { san = 'DNS:localhost,IP:127.0.0.1', ca = 'ca' } = {}): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`];
  const signer = ca === name ? [] : ['-CA', `${ca}.crt`, '-CAkey', `${ca}.key`];
  openssl(
    'req',
    '-x509',
    ...key,
    '-out',
    `${name}.crt`,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    ...signer,
    '-addext',
    `subjectAltName=${san}`,
  );
}
for (const name of ['ca', 'other']) certificate(name, { ca: name });
certificate('server');
certificate('client', { san: 'DNS:prometheus.example' });
certificate('stranger', { san: 'DNS:prometheus.example', ca: 'other' });

const limits = { maxConnections: 100, maxUnsentBytes: 2 ** 20, writeTimeoutMs: 10_000 };
const pair = 'cert_file: server.crt\n  key_file: server.key';

async function start(
  t: TestContext,
  config: string,
): Promise<{ server: HttpServer; access: WebAccess; lines: string[] }> {
  writeFileSync(at('web.yml'), config);
  const lines: string[] = [];
  const access = WebAccess.open(at('web.yml'), (message) => lines.push(message));
  const server = await serve(
    { host: '127.0.0.1', port: 0 },
    {
      routes: {
        '/metrics': {
          GET: () => ({ headers: { 'Content-Type': 'text/plain' }, body: whole('a 1\n'.repeat(50_000)) }),
        },
        '/-/healthy': { GET: () => line(200, 'Healthy'), open: true },
      },
      limits,
      rejections: new Rejections(),
      access,
      onError: (message) => lines.push(message),
    },
  );
  t.after(async () => {
    await server.close();
    access.close();
  });
  return { server, access, lines };
}

type Options = { path?: string; auth?: string; cert?: string; ca?: string };

/** Status, headers and length of an answer, or the code of the error. */
function get({ address }: HttpServer, { path = '/metrics', auth, cert, ca = 'ca' }: Options = {}) {
  const { promise, resolve } = Promise.withResolvers<{
    status: number | string;
    headers: object;
    length: number;
    names: string;
  }>();
  const asked = request(
    {
      host: '127.0.0.1',
      port: address.port,
      path,
      ca: readFileSync(at(`${ca}.crt`)),
      ...(auth && { auth }),
      ...(cert && { cert: readFileSync(at(`${cert}.crt`)), key: readFileSync(at(`${cert}.key`)) }),
      agent: new Agent({ keepAlive: false }),
    },
    async (response) => {
      let length = 0;
      const names =
        (response.socket as import('node:tls').TLSSocket).getPeerX509Certificate()?.serialNumber ?? '';
      for await (const chunk of response) length += chunk.length;
      resolve({ status: response.statusCode!, headers: response.headers, length, names });
    },
  );
  asked.on('error', ({ code }: NodeJS.ErrnoException) =>
    resolve({ status: code ?? 'error', headers: {}, length: 0, names: '' }),
  );
  asked.end();
  return promise;
}

test('serves over TLS, with the headers of the file', async (t) => {
  const { server } = await start(
    t,
    `tls_server_config:\n  ${pair}\nhttp_server_config: {headers: {X-Frame-Options: deny}}\n`,
  );
  const { status, headers, length } = await get(server);
  assert.deepEqual([status, length], [200, 200_000]);
  assert.equal((headers as Record<string, string>)['x-frame-options'], 'deny');
});

test('serves HTTP/2 to those who speak it, unless it is off', async (t) => {
  for (const [http2, expected] of [
    ['true', 'h2'],
    ['false', false],
  ] as const) {
    const { server } = await start(
      t,
      `tls_server_config:\n  ${pair}\nhttp_server_config: {http2: ${http2}}\n`,
    );
    const session = connectHttp2(`https://127.0.0.1:${server.address.port}`, {
      ca: readFileSync(at('ca.crt')),
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    t.after(() => session.destroy());
    const refused = once(session, 'error').catch(() => undefined);
    if (expected === false) {
      await refused;
      continue;
    }
    const lengths = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const stream = session.request({ ':path': '/metrics' });
        const [headers] = await once(stream, 'response');
        assert.equal(headers[':status'], 200);
        let length = 0;
        for await (const chunk of stream) length += chunk.length;
        return length;
      }),
    );
    assert.deepEqual(lengths, Array(5).fill(200_000));
    assert.equal(session.alpnProtocol, expected);
    session.close();
  }
});

test('asks for a password, but not at /-/healthy', async (t) => {
  const users = `basic_auth_users:\n  alice: ${hashSync('secret:x', 4)}\n`;
  const { server } = await start(t, `tls_server_config:\n  ${pair}\n${users}`);
  const { status, headers } = await get(server);
  assert.equal(status, 401);
  assert.match((headers as Record<string, string>)['www-authenticate']!, /^Basic/);
  const statuses = [];
  for (const auth of ['alice:wrong', 'bob:secret:x', 'alice:secret:x', 'alice:secret:x'])
    statuses.push((await get(server, { auth })).status);
  assert.deepEqual(statuses, [401, 401, 200, 200]);
  assert.equal((await get(server, { path: '/-/healthy' })).status, 200);
  assert.equal((await get(server, { path: '/absent' })).status, 401);
});

test('takes clients by their certificates', async (t) => {
  const statuses = async (type: string, more = ''): Promise<(number | string)[]> => {
    const ca = /Verify/.test(type) ? 'client_ca_file: ca.crt' : '';
    const { server } = await start(
      t,
      `tls_server_config:\n  ${pair}\n  client_auth_type: ${type}\n  ${ca}\n  ${more}\n`,
    );
    const found = [];
    for (const cert of [undefined, 'client', 'stranger'])
      found.push((await get(server, cert === undefined ? {} : { cert })).status === 200 ? 200 : 'refused');
    return found;
  };
  assert.deepEqual(await statuses('NoClientCert'), [200, 200, 200]);
  assert.deepEqual(await statuses('RequestClientCert'), [200, 200, 200]);
  assert.deepEqual(await statuses('RequireAnyClientCert'), ['refused', 200, 200]);
  assert.deepEqual(await statuses('VerifyClientCertIfGiven'), [200, 200, 'refused']);
  assert.deepEqual(await statuses('RequireAndVerifyClientCert'), ['refused', 200, 'refused']);
  const sans = (name: string): string => `client_allowed_sans: [${name}]`;
  assert.deepEqual(await statuses('RequireAnyClientCert', sans('prometheus.example')), ['refused', 200, 200]);
  assert.deepEqual(await statuses('RequireAnyClientCert', sans('other.example')), [
    'refused',
    'refused',
    'refused',
  ]);
});

test('a certificate that is renewed is used, one that cannot be used is logged and the last one kept', async (t) => {
  const { server, lines } = await start(t, `tls_server_config:\n  ${pair}\n`);
  const first = await get(server);
  certificate('renewed');
  renameSync(at('renewed.crt'), at('server.crt'));
  await setTimeout(1100);
  assert.equal((await get(server)).names, first.names, 'the key does not fit it yet');
  assert.match(lines[0]!, /server\.crt.*cannot be used: .*key values mismatch.*still holds/);
  renameSync(at('renewed.key'), at('server.key'));
  await setTimeout(1100);
  const second = await get(server);
  assert.equal(second.status, 200);
  assert.notEqual(second.names, first.names);
  assert.equal(lines.length, 1);
});

test('passwords, and TLS itself, come and go with the file', async (t) => {
  const { server } = await start(t, '');
  const plain = async (): Promise<number | string> => {
    const asked = httpGet(`http://127.0.0.1:${server.address.port}/metrics`, { agent: false });
    const [response] = await once(asked, 'response').catch(() => []);
    response?.resume();
    return response?.statusCode ?? 'refused';
  };
  assert.equal(await plain(), 200);
  writeFileSync(at('web.yml'), `basic_auth_users:\n  alice: ${hashSync('x', 4)}\n`);
  await setTimeout(1100);
  assert.equal(await plain(), 401);
  writeFileSync(at('web.yml'), `tls_server_config:\n  ${pair}\n`);
  await setTimeout(1100);
  assert.equal(await plain(), 'refused');
  assert.equal((await get(server)).status, 200);
});

test('more requests than the file allows are refused', async (t) => {
  const { server } = await start(t, `tls_server_config:\n  ${pair}\nrate_limit: {interval: 1h, burst: 2}\n`);
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await get(server)).status);
  assert.deepEqual(statuses, [200, 200, 429]);
  assert.equal((await get(server, { path: '/-/healthy' })).status, 200);
});

test('who does not speak TLS is let go and takes nobody with them', async (t) => {
  const { server } = await start(t, `tls_server_config:\n  ${pair}\n`);
  const socket = createConnection(server.address.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET /metrics HTTP/1.1\r\n\r\n');
  await once(socket, 'close');
  assert.equal((await get(server)).status, 200);
});
