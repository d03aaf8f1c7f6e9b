import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { makeNamespace } from './support/namespace.ts';
import { connectTcp, receiveUdpPackets } from './support/namespace-events.ts';
import { needs } from './support/requirements.ts';

describe('an xdp program on an interface to another network namespace', needs('nsenter'), () => {
  it('sees every UDP packet and every TCP connection that comes from there', async () => {
    await using namespace = await makeNamespace();
    await using exporter = await startExporter({
      dir: await makeConfigs({
        packets: { defines: { SECTION: `"xdp/${namespace.interface}"` }, once: true },
      }),
      names: 'packets',
      args: ['--config.strict'],
    });
    await receiveUdpPackets(namespace, 50);
    await connectTcp(namespace, 5);
    const page = await exporter.scrape();
    const packets = (protocol: string): number => page.sum('ebpf_exporter_packets_total', { protocol });
    assert.equal(packets('udp'), 50);
    // A connection comes with at least SYN, ACK and FIN.
    assert.ok(packets('tcp') >= 15, `${packets('tcp')} TCP packets`);
  });
});
