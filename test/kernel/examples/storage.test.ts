import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { mountScratchDisk } from '../support/block-device.ts';
import { exhaustMemory } from '../support/cgroup-events.ts';
import { type RunningExamples, startExamples } from '../support/examples.ts';
import { needs } from '../support/requirements.ts';
import { output } from '../support/run.ts';

const hasFolios = needs('linux 5.18').skip === false;
const cachestat = hasFolios ? 'cachestat' : 'cachestat-pre-kernel-5.16';

describe('the example', needs('kprobe', 'ftrace', 'scratchDisk', 'xfsprogs', 'cgroup2'), () => {
  let examples: RunningExamples;
  let disk: Awaited<ReturnType<typeof mountScratchDisk>>;
  before(async () => {
    // A kprobe needs its function: both file systems have to be in the kernel.
    await (await mountScratchDisk('xfs')).unmount();
    disk = await mountScratchDisk('ext4');
    examples = await startExamples(`ext4dist,xfsdist,biolatency,${cachestat},kstack,shrinklat,regexp`);
  });
  after(async () => {
    await examples?.[Symbol.asyncDispose]();
    await disk?.unmount();
  });

  it('biolatency measures direct writes', async () => {
    const dd = ['if=/dev/zero', `of=${disk.directory}/direct`, 'bs=4096', 'count=50', 'oflag=direct'];
    const { before, after } = await examples.around(() => output('dd', dd));
    const name = 'ebpf_exporter_bio_latency_seconds';
    const labels = { device: disk.device, operation: 'write' };
    const rise = after.sum(`${name}_count`, labels) - before.sum(`${name}_count`, labels);
    assert.ok(rise >= 50, `${rise}`);
    assert.ok(after.sum(`${name}_sum`, labels) > before.sum(`${name}_sum`, labels));
  });

  it(`${cachestat} counts pages that are written`, async () => {
    const name = 'ebpf_exporter_page_cache_ops_total';
    const { before, after } = await examples.around(() =>
      writeFileSync(join(disk.directory, 'pages'), Buffer.alloc(100 * 4096)),
    );
    const rise = (operation: string): number =>
      after.sum(name, { operation }) - before.sum(name, { operation });
    assert.ok(rise('cache_writes') >= 100, `${rise('cache_writes')}`);
    // A folio has many pages where the file system knows large ones.
    assert.ok(rise('page_mark_dirties') >= 1, `${rise('page_mark_dirties')}`);
  });

  it('kstack counts by the whole stack of the kernel', needs(), async (t) => {
    const name = 'ebpf_exporter_mark_page_accessed_total';
    const { after } = await examples.around(() => spawnSync('/bin/true'));
    const stacks = after.labelValues(name, 'kstack');
    if (stacks.length === 0 && needs('linux 6.13').skip === false) {
      t.skip('this kernel marks folios, not pages, in all that the test does');
      return;
    }
    assert.match(stacks[0]!, /\nmark_page_accessed\n\w+\n/);
  });

  it('ext4dist measures each operation', async () => {
    await measuresFiles('ebpf_exporter_ext4_latency_seconds', ['read', 'write', 'open', 'sync', 'getattr']);
  });

  it('xfsdist measures each operation', async () => {
    await disk.unmount();
    disk = await mountScratchDisk('xfs');
    await measuresFiles('ebpf_exporter_xfs_latency_seconds', ['read', 'write', 'open', 'sync']);
  });

  it('shrinklat measures reclaim, and regexp who had to do it', async () => {
    const { before, after } = await examples.around(exhaustMemory);
    const name = 'ebpf_exporter_shrink_node_latency_seconds_count';
    assert.ok(after.sum(name) > before.sum(name));
    assert.ok(after.sum('ebpf_exporter_mm_shrink_slab_events_total', { comm: 'tail' }) > 0);
  });

  async function measuresFiles(name: string, operations: readonly string[]): Promise<void> {
    const { before, after } = await examples.around(() => useFiles(disk.directory, 20));
    for (const operation of operations) {
      const count = (page: typeof after): number => page.sum(`${name}_count`, { operation });
      assert.ok(count(after) - count(before) >= 20, `${operation}: ${count(after) - count(before)}`);
    }
  }
});

describe('the example pci', needs('kprobe', 'pci', 'pciIds'), () => {
  it('counts reads of configuration space, by device', async () => {
    await using examples = await startExamples('pci');
    const name = 'ebpf_exporter_pci_user_read_config_ops_total';
    const devices = readdirSync('/sys/bus/pci/devices');
    await examples.around(() => {
      for (const device of devices) readFileSync(`/sys/bus/pci/devices/${device}/config`);
    });
    const page = await examples.exporter.scrape();
    assert.ok(page.sum(name) >= devices.length * 16, `${page.sum(name)}`);
    const labels = { pci_class: 'Bridge', pci_subclass: 'Host bridge' };
    assert.ok(page.sum(name, labels) > 0, page.excerpt(/pci_user/));
  });
});

/** n times each operation on a file. */
function useFiles(directory: string, n: number): void {
  const buffer = Buffer.alloc(4096);
  for (let i = 0; i < n; i++) {
    const fd = openSync(join(directory, `file-${i}`), 'w+');
    writeSync(fd, buffer, 0, buffer.length, 0);
    fsyncSync(fd);
    readSync(fd, buffer, 0, buffer.length, 0);
    fstatSync(fd);
    closeSync(fd);
  }
}
