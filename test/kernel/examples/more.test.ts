import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { writableDisk } from '../support/block-device.ts';
import { type RunningExamples, startExamples } from '../support/examples.ts';
import type { Labels } from '../support/page.ts';
import { needs } from '../support/requirements.ts';
import { output } from '../support/run.ts';
import { scratchDirectory } from '../support/scratch.ts';

describe('the example', needs(), () => {
  const hasSocketLengths = needs('linux 6.3');
  let examples: RunningExamples;
  before(async () => {
    const always = 'runqueue-latency,off-cpu,tcp-connect,signals,block-io-size,dns,tls-handshake';
    examples = await startExamples(hasSocketLengths.skip === false ? `${always},socket-bytes` : always);
  });
  after(() => examples?.[Symbol.asyncDispose]());

  it('runqueue-latency measures every wait for a CPU', async () => {
    const name = 'ebpf_exporter_runqueue_latency_seconds_count';
    // Each sleep of a process ends with a wait for a CPU.
    const sleeps =
      'for (let i = 0; i < 50; i++) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)';
    const rise = await examples.rise(name, {}, () => output(process.execPath, ['-e', sleeps]));
    assert.ok(rise >= 50, `${rise}`);
  });

  it('off-cpu measures sleeps, by process and stack', async () => {
    const name = 'ebpf_exporter_off_cpu_microseconds_total';
    const before = await examples.exporter.scrape();
    await output('sleep', ['0.5']);
    await sleep(10); // until it is switched away
    const after = await examples.exporter.scrape();
    const slept = after.sum(name, { comm: 'sleep' }) - before.sum(name, { comm: 'sleep' });
    assert.ok(slept >= 450_000, `${slept}`);
    const stacks = after.samples(name, { comm: 'sleep' }).map(({ labels }) => labels.kstack!);
    assert.ok(
      stacks.some((stack) => /nanosleep/.test(stack)),
      stacks.join('\n\n'),
    );
  });

  it('tcp-connect measures connections, and counts those that are refused', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { after } = await examples.around(async () => {
      for (let i = 0; i < 10; i++) await once(connect(port, '127.0.0.1').resume(), 'close');
      await new Promise((resolve) => server.close(resolve));
      for (let i = 0; i < 7; i++) await refused(port);
    });
    assert.equal(after.sum('ebpf_exporter_tcp_connect_seconds_count', { port: `${port}` }), 10);
    assert.ok(after.sum('ebpf_exporter_tcp_connect_seconds_sum', { port: `${port}` }) > 0);
    const labels = { port: `${port}`, errno: 'ECONNREFUSED' };
    assert.equal(after.sum('ebpf_exporter_tcp_connect_failures_total', labels), 7);
  });

  it('signals counts every signal, by both processes', async () => {
    const labels = { from: 'bash', to: 'bash', signal: 'SIGUSR1' };
    const work = (): unknown =>
      spawnSync('bash', ['-c', 'trap : USR1; for i in {1..20}; do kill -USR1 $$; done']);
    assert.equal(await examples.rise('ebpf_exporter_signals_total', labels, work), 20);
  });

  it('socket-bytes counts what a process sends and receives', hasSocketLengths, async () => {
    const name = 'ebpf_exporter_socket_sent_bytes_total';
    const script = `
import socket
a, b = socket.socketpair()
open('/proc/self/comm', 'w').write('ex_sockets')
for i in range(100): a.send(bytes(1000)); b.recv(1000)`;
    const { after } = await examples.around(() => output('python3', ['-c', script]));
    const own = { comm: 'ex_sockets', family: 'unix' };
    assert.equal(after.sum(name, own), 100_000);
    assert.equal(after.sum('ebpf_exporter_socket_received_bytes_total', own), 100_000);
  });

  it('dns measures queries, and counts answers by name and code', async () => {
    const labels = { name: 'no.example', rcode: 'NXDOMAIN' };
    const { before, after } = await examples.around(() => output('python3', ['-c', dnsDialogue]));
    const rise = (name: string, of: Labels): number => after.sum(name, of) - before.sum(name, of);
    assert.equal(rise('ebpf_exporter_dns_responses_total', labels), 5);
    assert.equal(rise('ebpf_exporter_dns_query_seconds_count', { rcode: 'NXDOMAIN' }), 5);
  });

  it('tls-handshake measures handshakes of OpenSSL', needs('pythonUsdt'), async () => {
    const name = 'ebpf_exporter_tls_handshake_seconds_count';
    const labels = { comm: 'ex_handshake', result: 'failed' };
    // Without a peer: the client's first step is all there is.
    const script = `
import ssl
open('/proc/self/comm', 'w').write('ex_handshake')
for i in range(10):
  try: ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname='a').do_handshake()
  except ssl.SSLWantReadError: pass`;
    assert.equal(await examples.rise(name, labels, () => output('/usr/bin/python3', ['-c', script])), 10);
  });

  it('block-io-size measures direct writes of a size', needs('dd', 'disk'), async () => {
    const { directory, device } = await writableDisk();
    const file = join(scratchDirectory(directory), 'file');
    const dd = ['if=/dev/zero', `of=${file}`, 'bs=16384', 'count=50', 'oflag=direct'];
    const { before, after } = await examples.around(() => output('dd', dd));
    const labels = { device, operation: 'write' };
    const rise = (name: string, le: string): number =>
      after.sum(name, { ...labels, le }) - before.sum(name, { ...labels, le });
    const size = 'ebpf_exporter_block_io_size_bytes_bucket';
    assert.ok(rise(size, '16384') - rise(size, '8192') >= 50, `${rise(size, '16384')} ${rise(size, '8192')}`);
    assert.ok(rise('ebpf_exporter_block_io_queue_depth_bucket', '+Inf') >= 50);
  });
});

/** Five queries to a server that knows nothing, at an address of the loopback interface that nobody else uses. */
const dnsDialogue = `
import socket, struct
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(('127.0.83.53', 53))
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(5):
  client.sendto(struct.pack('>6H', i, 0x100, 1, 0, 0, 0) + b'\\2no\\7example\\0' + struct.pack('>2H', 1, 1), ('127.0.83.53', 53))
  query, peer = server.recvfrom(512)
  server.sendto(query[:2] + b'\\x81\\x83' + query[4:], peer)
  client.recv(512)`;

function refused(port: number): Promise<unknown> {
  return new Promise((resolve) => connect(port, '127.0.0.1').on('error', resolve));
}

describe('the example', needs('ftrace', 'disk', 'dd'), () => {
  let examples: RunningExamples;
  before(async () => {
    examples = await startExamples('page-faults,vfs-latency');
  });
  after(() => examples?.[Symbol.asyncDispose]());

  it('page-faults counts the faults of each process', async () => {
    const labels = { comm: 'ex_faults', kind: 'minor' };
    const script = `
import mmap
open('/proc/self/comm', 'w').write('ex_faults')
m = mmap.mmap(-1, 200 * 4096)
for i in range(200): m[i * 4096] = 1`;
    const rise = await examples.rise('ebpf_exporter_page_faults_total', labels, () =>
      output('python3', ['-c', script]),
    );
    assert.ok(rise >= 200, `${rise}`);
  });

  it('vfs-latency measures operations by file system', async () => {
    const { directory, device } = await writableDisk();
    const dd = ['if=/dev/zero', `of=${join(directory, 'vfs')}`, 'bs=4096', 'count=60', 'conv=fsync'];
    const { after } = await examples.around(() => output('dd', dd));
    const name = 'ebpf_exporter_vfs_latency_seconds_count';
    assert.ok(after.sum(name, { device, operation: 'write' }) >= 60);
    assert.ok(after.sum(name, { device, operation: 'fsync' }) >= 1);
    assert.ok(after.sum(name, { filesystem: 'devtmpfs', operation: 'read' }) >= 60, after.excerpt(/vfs/));
  });
});
