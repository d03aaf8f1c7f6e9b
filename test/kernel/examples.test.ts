import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writableDisk } from './support/block-device.ts';
import { makeTree, runIn } from './support/cgroup-tree.ts';
import { examples } from './support/configs.ts';
import { callGetpriority, sendUdpPackets, startKeepaliveTimers } from './support/events.ts';
import { type RunningExporter, startExporter } from './support/exporter.ts';
import type { Labels } from './support/page.ts';
import { needs } from './support/requirements.ts';
import { output } from './support/run.ts';
import { scratchDirectory } from './support/scratch.ts';
import { until } from './support/wait.ts';

const names = 'timers,raw-tracepoints,syscalls,biolatency,percpu-softirq,softirq-latency,xdp,uprobe';

describe('the example', needs(), () => {
  let exporter: RunningExporter;
  before(async () => {
    exporter = await startExporter({ dir: examples, names, args: ['--config.strict'] });
  });
  after(() => exporter?.stop());

  /** How much a series rises during some work. */
  async function rise(name: string, labels: Labels, work: () => unknown): Promise<number> {
    const first = await exporter.scrape();
    await work();
    return (await exporter.scrape()).sum(name, labels) - first.sum(name, labels);
  }

  for (const [example, metric] of [
    ['timers', 'ebpf_exporter_timer_starts_total'],
    ['raw-tracepoints', 'ebpf_exporter_raw_timer_starts_total'],
  ] as const) {
    it(`${example} counts the timers of a kernel function`, async () => {
      const labels = { function: 'tcp_keepalive_timer' };
      atLeast(50, await rise(metric, labels, () => startKeepaliveTimers(50)));
    });
  }

  it('syscalls counts every call', async () => {
    const labels = { syscall: 'getpriority' };
    assert.equal(await rise('ebpf_exporter_syscalls_total', labels, () => callGetpriority(1234)), 1234);
  });

  it('xdp counts every packet to a port', async () => {
    const first = await exporter.scrape();
    const port = await sendUdpPackets(321);
    const last = await exporter.scrape();
    const [before, after] = [first, last].map((page) =>
      page.sum('ebpf_exporter_xdp_incoming_packets_total', {
        ip: 'ipv4',
        protocol: 'udp',
        dst_port: String(port),
      }),
    );
    assert.equal(after! - before!, 321);
  });

  it('uprobe counts the calls of malloc in a cgroup', async () => {
    await using tree = makeTree();
    const script = `for (let i = 0; i < 5000; i++) Buffer.allocUnsafeSlow(20000)`;
    const labels = { cgroup: tree.path };
    const work = (): Promise<string> => runIn(tree.path, process.execPath, ['-e', script]);
    atLeast(5000, await rise('ebpf_exporter_libc_malloc_calls_total', labels, work));
  });

  it('percpu-softirq has one series for each CPU, and they rise', async () => {
    const name = 'ebpf_exporter_softirqs_total';
    const labels = { vec: 'TIMER_SOFTIRQ', cpu: '0' };
    const first = await exporter.scrape();
    assert.equal(first.samples(name, labels).length, 1);
    await until(
      'a timer softirq on CPU 0',
      async () => (await exporter.scrape()).sum(name, labels) > first.sum(name, labels),
    );
  });

  it('softirq-latency measures the softirqs of packets', async () => {
    for (const measured of ['entry', 'service']) {
      const name = `ebpf_exporter_softirq_${measured}_latency_seconds`;
      const labels = { kind: 'NET_RX_SOFTIRQ' };
      atLeast(1, await rise(`${name}_count`, labels, () => sendUdpPackets(100)));
      assert.ok((await exporter.scrape()).sum(`${name}_sum`, labels) > 0);
    }
  });

  it('biolatency measures direct writes', needs('dd', 'disk'), async () => {
    const { directory, device } = await writableDisk();
    const file = join(scratchDirectory(directory), 'file');
    const dd = ['if=/dev/zero', `of=${file}`, 'bs=4096', 'count=100', 'oflag=direct'];
    const labels = { device, operation: 'write' };
    atLeast(100, await rise('ebpf_exporter_bio_latency_seconds_count', labels, () => output('dd', dd)));
  });
});

function atLeast(expected: number, seen: number): void {
  assert.ok(seen >= expected, `${seen} of ${expected}`);
}
