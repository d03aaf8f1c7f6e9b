import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { atExit } from '../support/at-exit.ts';
import { fillTcpBacklog, fillUnixBacklog, overflowUdpSocket } from '../support/blocked-events.ts';
import { type RunningExamples, startExamples } from '../support/examples.ts';
import {
  type Addresses,
  addIpv4,
  loseTcpPackets,
  overflowTcpSocket,
  sendFragments,
} from '../support/lossy-events.ts';
import { makeNamespace, type Namespace } from '../support/namespace.ts';
import type { Labels } from '../support/page.ts';
import { needs } from '../support/requirements.ts';

describe('the example', needs(), () => {
  let examples: RunningExamples;
  before(async () => {
    examples = await startExamples('kfree_skb,udp-drops');
  });
  after(() => examples?.[Symbol.asyncDispose]());

  it('kfree_skb counts every packet to a closed port, by reason', async () => {
    const port = await closedUdpPort();
    const labels = { eth_proto: 'ipv4', ip_proto: 'udp', port: `${port}`, reason: reasonForNoSocket() };
    assert.equal(await examples.rise('ebpf_exporter_kfree_skb_total', labels, () => sendUdp(port, 123)), 123);
  });

  it('udp-drops counts every packet that a full socket drops', async () => {
    let expected = 0;
    let port = 0;
    const { before, after } = await examples.around(async () => {
      ({ port, drops: expected } = await overflowUdpSocket(60));
    });
    const name = 'ebpf_exporter_udp_fail_queue_rcv_skbs_total';
    const labels = { local_port: `${port}` };
    assert.ok(expected > 0);
    assert.equal(after.sum(name, labels) - before.sum(name, labels), expected);
  });
});

describe('the example', needs('kprobe', 'ftrace', 'nsenter'), () => {
  const mysqld = '/var/run/mysqld/mysqld.sock';
  const docker = '/var/run/docker/metrics.sock';
  const hasSocketStorage = needs('linux 5.11');
  let examples: RunningExamples;
  let namespace: Namespace;
  let addresses: Addresses;
  before(async () => {
    const always =
      'accept-latency,icmp-ip,inet-frags,tcp-retransmit,tcp-syn-backlog,tcp-window-clamps,unix-socket-backlog';
    examples = await startExamples(
      hasSocketStorage.skip === false ? `${always},unix-accept-latency` : always,
    );
    namespace = await makeNamespace();
    addresses = await addIpv4(namespace);
  });
  after(async () => {
    await examples?.[Symbol.asyncDispose]();
    await namespace?.[Symbol.asyncDispose]();
  });

  it('accept-latency measures every connection of a port', async () => {
    let port = 0;
    const { after } = await examples.around(async () => {
      port = await connectTo(20);
    });
    const name = 'ebpf_exporter_accept_latency_seconds';
    assert.equal(after.sum(`${name}_count`, { port: `${port}` }), 20);
    assert.ok(after.sum(`${name}_sum`, { port: `${port}` }) > 0);
  });

  it('tcp-syn-backlog measures the queue that each connection finds', async () => {
    const name = 'ebpf_exporter_tcp_syn_backlog';
    const { before, after } = await examples.around(() => fillTcpBacklog(120));
    const rise = (suffix: string, labels = {}): number =>
      after.sum(`${name}_${suffix}`, labels) - before.sum(`${name}_${suffix}`, labels);
    // One more finds none: the scrape's own.
    assert.equal(rise('bucket', { le: '0' }), 1 + 1);
    assert.equal(rise('bucket', { le: '50' }), 51 + 1);
    assert.equal(rise('bucket', { le: '100' }), 101 + 1);
    assert.equal(rise('count'), 120 + 1);
    const sum = (119 * 120) / 2;
    assert.ok(Math.abs(rise('sum') - sum) < sum / 2, `${rise('sum')} is far from ${sum}`);
  });

  it('unix-accept-latency measures connections to a path', hasSocketStorage, async () => {
    const server = createServer((socket) => socket.end()).listen(freePath(mysqld));
    await once(server, 'listening');
    const name = 'ebpf_exporter_unix_accept_latency_seconds_count';
    const work = async (): Promise<void> => {
      for (let i = 0; i < 15; i++) await once(connect(mysqld).resume(), 'close');
    };
    assert.equal(await examples.rise(name, { addr: mysqld }, work), 15);
    server.close();
  });

  it('unix-socket-backlog measures the queue that each connection finds', async () => {
    const { after } = await examples.around(() => fillUnixBacklog(freePath(docker), 9));
    const name = 'ebpf_exporter_unix_socket_backlog';
    const buckets = ['0', '1', '2', '4', '8'].map((le) => after.sum(`${name}_bucket`, { addr: docker, le }));
    assert.deepEqual(buckets, [1, 2, 3, 5, 9]);
    assert.equal(after.sum(`${name}_sum`, { addr: docker }), 36);
  });

  it('inet-frags counts every fragment, and icmp-ip the answers to what came in them', async () => {
    const frags = 'ebpf_exporter_inet_frags_total';
    const { before, after } = await examples.around(async () => {
      await sendFragments(namespace, addresses.here, 3);
      await sendFragments(namespace, namespace.address.there, 3);
    });
    const rise = (name: string, labels: Labels): number => after.sum(name, labels) - before.sum(name, labels);
    for (const ip_version of ['4', '6'])
      assert.equal(rise(frags, { interface: namespace.interface, ip_version }), 3 * 4);
    assert.equal(rise('ebpf_exporter_icmp4_received_packets_total', { source_addr: addresses.here }), 3);
    // Neighbour discovery is ICMPv6 too.
    assert.ok(rise('ebpf_exporter_icmp6_received_packets_total', { source_addr: 'fe80::1' }) >= 3);
  });

  it('tcp-retransmit counts packets that are sent again, by connection', async () => {
    const name = 'ebpf_exporter_tcp_retransmit_ipv4_packets_total';
    const labels = { local_ip: addresses.here, peer_ip: addresses.there };
    const port = await loseTcpPackets(namespace, addresses, async () => {
      const page = await examples.exporter.scrape();
      return ['retransmit', 'tail_loss_probe'].every((type) => page.sum(name, { ...labels, type }) > 0);
    });
    const ports = (await examples.exporter.scrape()).labelValues(name, 'main_port');
    assert.ok(
      ports.every((main) => Number(main) <= port),
      `${ports}`,
    );
  });

  it('tcp-window-clamps counts clamped windows', async () => {
    const name = 'ebpf_exporter_tcp_window_clamps_total';
    assert.ok((await examples.rise(name, {}, () => overflowTcpSocket(namespace, addresses))) > 0);
  });
});

describe('the example tcp-syn-backlog-exp2zero', needs('kprobe'), () => {
  it('measures the queue that each connection finds', async () => {
    await using examples = await startExamples('tcp-syn-backlog-exp2zero');
    const name = 'ebpf_exporter_tcp_syn_backlog';
    const { before, after } = await examples.around(() => fillTcpBacklog(30));
    const rise = (suffix: string, labels = {}): number =>
      after.sum(`${name}_${suffix}`, labels) - before.sum(`${name}_${suffix}`, labels);
    const buckets = ['0', '1', '2', '4', '8', '16', '32'].map((le) => rise('bucket', { le }) - 1);
    assert.deepEqual(buckets, [1, 2, 3, 5, 9, 17, 30]);
    assert.equal(rise('sum'), (29 * 30) / 2);
  });
});

/** Before Linux 5.17 the kernel gives no reason. */
function reasonForNoSocket(): string {
  return needs('linux 5.17').skip === false ? 'SKB_DROP_REASON_NO_SOCKET' : 'SKB_DROP_REASON_NOT_SPECIFIED';
}

async function closedUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

async function sendUdp(port: number, n: number): Promise<void> {
  const socket = createSocket('udp4');
  for (let i = 0; i < n; i++) {
    await new Promise((resolve) => socket.send('packet', port, '127.0.0.1', resolve));
  }
  await new Promise<void>((resolve) => socket.close(resolve));
}

/** Makes n connections, one after the other. The port. */
async function connectTo(n: number): Promise<number> {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < n; i++) await once(connect(port, '127.0.0.1').resume(), 'close');
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A path that the example names and that nobody here uses. */
function freePath(path: string): string {
  assert.ok(!existsSync(path), `${path} is in use`);
  mkdirSync(dirname(path), { recursive: true });
  atExit(() => rmSync(path, { force: true }));
  return path;
}
