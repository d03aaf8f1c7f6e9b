import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { line, type Request, type Routes, whole } from './answer.ts';
import { Rejections } from './rejections.ts';
import { type HttpServer, serve } from './server.ts';

const limits = { maxConnections: 100, maxUnsentBytes: 1 << 20, writeTimeoutMs: 10_000 };

async function start(
  routes: Routes,
  given: Partial<typeof limits> = {},
): Promise<{ server: HttpServer; rejections: Rejections } & AsyncDisposable> {
  const rejections = new Rejections();
  const server = await serve(
    { host: '127.0.0.1', port: 0 },
    { routes, limits: { ...limits, ...given }, rejections, onError: assert.fail },
  );
  return { server, rejections, [Symbol.asyncDispose]: () => server.close() };
}

type Peer = { socket: Socket; text(): string; ended: Promise<void> };

/** A connection that keeps what it is sent. */
async function open({ address }: HttpServer, { reads = true } = {}): Promise<Peer> {
  const socket = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  let text = '';
  if (reads) socket.on('data', (chunk) => (text += chunk));
  const ended = new Promise<void>((resolve) => {
    for (const event of ['end', 'close']) socket.once(event, () => resolve());
  });
  socket.on('error', () => undefined); // a reset is an end too
  return { socket, text: () => text, ended };
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const answers = (text: string): number => text.split('HTTP/1.1 200').length - 1;

async function until(what: () => boolean): Promise<void> {
  for (const end = performance.now() + 5000; !what(); await sleep(5)) {
    assert.ok(performance.now() < end, `in vain: ${what}`);
  }
}

/** A body without end. */
async function* endless(): AsyncGenerator<{ bytes: Buffer; last: boolean }> {
  for (;;) yield { bytes: Buffer.alloc(100_000), last: false };
}

test('requests that come at once are answered one after the other, in order', async () => {
  let running = 0;
  const slow = async ({ query }: Request): Promise<ReturnType<typeof line>> => {
    assert.equal(++running, 1);
    await sleep(2);
    running--;
    return line(200, `number ${query.get('n')}`);
  };
  await using it = await start({ '/slow': { GET: slow } });
  const peer = await open(it.server);
  const numbers = Array.from({ length: 50 }, (_, n) => n);
  peer.socket.write(numbers.map((n) => get(`/slow?n=${n}`)).join(''));
  await until(() => answers(peer.text()) === 50);
  assert.deepEqual(
    peer.text().match(/number \d+/g),
    numbers.map((n) => `number ${n}`),
  );
});

test('the answer after one that is not read is not made', async () => {
  let asked = 0;
  const body = () => {
    asked++;
    return { headers: {}, body: endless() };
  };
  await using it = await start({ '/endless': { GET: body } });
  const peer = await open(it.server, { reads: false });
  peer.socket.write(get('/endless').repeat(400));
  await until(() => asked > 0);
  await sleep(50);
  assert.equal(asked, 1);
});

test('requests that wait count as unsent bytes, and no more of them are read than came at once', async () => {
  await using it = await start({ '/endless': { GET: () => ({ headers: {}, body: endless() }) } });
  const peer = await open(it.server, { reads: false });
  peer.socket.write(get('/endless').repeat(100_000));
  await peer.ended;
  assert.equal(it.rejections.counts.get('unsent_bytes'), 1);
});

test('a client that takes too long for an answer is cut off, however little it reads at a time', async () => {
  await using it = await start(
    { '/endless': { GET: () => ({ headers: {}, body: endless() }) } },
    { writeTimeoutMs: 300 },
  );
  const { socket } = await open(it.server, { reads: false });
  const started = performance.now();
  socket.write(get('/endless'));
  const reading = setInterval(() => socket.read(1), 20);
  while (it.rejections.counts.get('write_timeout') === 0) await sleep(5);
  clearInterval(reading);
  const ms = performance.now() - started;
  assert.ok(ms > 290 && ms < 2000, `${ms} ms`);
});

test('the slowest client goes when more is kept for clients than may be, and what is kept for it', async () => {
  const kept: number[] = [];
  await using it = await start({
    '/kept': {
      GET: ({ hold, signal, query }) => {
        const bytes = Number(query.get('bytes'));
        const number = kept.push(bytes) - 1;
        signal.addEventListener('abort', () => {
          hold(-bytes);
          kept[number] = 0;
        });
        setTimeout(() => hold(bytes), 20);
        return { headers: {}, body: endless() };
      },
    },
  });
  const slow = await open(it.server, { reads: false });
  slow.socket.write(get('/kept?bytes=600000'));
  await until(() => kept.length === 1);
  await sleep(100);
  const fast = await open(it.server);
  fast.socket.write(get('/kept?bytes=600000'));
  await until(() => kept.length === 2 && kept[0] === 0);
  assert.deepEqual(kept, [0, 600_000]);
  assert.equal(it.rejections.counts.get('unsent_bytes'), 1);
  fast.socket.destroy();
});

test('a client that is gone is no longer there to be given up', async () => {
  async function* untilGone(signal: AbortSignal): AsyncGenerator<{ bytes: Buffer; last: boolean }> {
    yield { bytes: Buffer.from('first'), last: false };
    await once(signal, 'abort');
  }
  await using it = await start({
    '/late': { GET: ({ signal }) => ({ headers: {}, body: untilGone(signal) }) },
    '/kept': {
      GET: ({ hold, signal }) => {
        signal.addEventListener('abort', () => hold(-2 << 20));
        hold(2 << 20);
        return line(200, 'Fine');
      },
    },
  });
  const late = await open(it.server);
  late.socket.write(get('/late'));
  await until(() => late.text().includes('first'));
  late.socket.resetAndDestroy();
  await sleep(20);
  const other = await open(it.server);
  other.socket.write(get('/kept'));
  await other.ended; // it keeps too much itself
  const next = await open(it.server);
  next.socket.write(get('/nothing'));
  await until(() => next.text().startsWith('HTTP/1.1 404'));
});

test('one connection too many takes the place of the one that was idle for longest, first of those that never asked', async () => {
  await using it = await start({ '/': { GET: () => line(200, 'Fine') } }, { maxConnections: 3 });
  const asked = await open(it.server);
  asked.socket.write(get('/'));
  await until(() => answers(asked.text()) === 1);
  const [second, third] = [await open(it.server), await open(it.server)];
  const fourth = await open(it.server);
  await second.ended;
  for (const peer of [asked, third, fourth]) {
    peer.socket.write(get('/'));
    await until(() => answers(peer.text()) > 0);
  }
  await until(() => answers(asked.text()) === 2);
  await open(it.server);
  await asked.ended;
  assert.equal(it.rejections.counts.get('connections'), 2);
});

test('where every connection waits for its answer, one more is told to come later', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const later = async () => {
    await promise;
    return line(200, 'Fine');
  };
  await using it = await start({ '/later': { GET: later } }, { maxConnections: 1 });
  const first = await open(it.server);
  first.socket.write(get('/later'));
  await sleep(20);
  const second = await open(it.server);
  second.socket.write(get('/later'));
  await second.ended;
  assert.match(second.text(), /^HTTP\/1\.1 503 [\s\S]*\r\nRetry-After: 1\r\n/);
  assert.equal(it.rejections.counts.get('connections'), 1);
  resolve();
  await until(() => answers(first.text()) === 1);
});

test('a client that has closed its side gets its answer', async () => {
  const later = async () => {
    await sleep(20);
    return line(200, 'Fine');
  };
  await using it = await start({ '/later': { GET: later } });
  const peer = await open(it.server);
  peer.socket.end(get('/later'));
  await peer.ended;
  assert.match(peer.text(), /Fine\n$/);
});

test('a request with a body is answered, and its connection closed', async () => {
  await using it = await start({ '/': { GET: () => line(200, 'Fine') } });
  const peer = await open(it.server);
  peer.socket.write('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nxxx');
  await peer.ended;
  assert.match(peer.text(), /^HTTP\/1\.1 200 [\s\S]*Connection: close\r\n[\s\S]*Fine\n$/);
});

for (const [what, head, status] of [
  ['headers of more than 16 KiB', `X: ${'x'.repeat(20_000)}`, 431],
  ['a header that is none', 'no header', 400],
] as const) {
  test(`a request with ${what} is refused`, async () => {
    await using it = await start({ '/': { GET: () => line(200, 'Fine') } });
    const peer = await open(it.server);
    peer.socket.write(`GET / HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n`);
    await peer.ended;
    assert.match(peer.text(), new RegExp(`^HTTP/1.1 ${status} `));
  });
}

test('closing ends idle connections at once and others when they have their answer', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const later = async () => {
    await promise;
    return { headers: {}, body: whole('Fine') };
  };
  const { server } = await start({ '/later': { GET: later } });
  const [idle, busy] = [await open(server), await open(server)];
  busy.socket.write(get('/later').repeat(2));
  await sleep(20);
  const closed = server.close(5000);
  await idle.ended;
  resolve();
  await closed;
  await busy.ended;
  assert.equal(answers(busy.text()), 1);
});

test('closing waits no longer than it is told to, and can be done twice', async () => {
  const { server } = await start({ '/never': { GET: () => new Promise(() => {}) } });
  const peer = await open(server);
  peer.socket.write(get('/never'));
  await sleep(20);
  const started = performance.now();
  await server.close(100);
  assert.ok(performance.now() - started < 1000);
  await peer.ended;
  await server.close();
});
