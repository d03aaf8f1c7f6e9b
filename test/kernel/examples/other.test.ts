import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCgroup } from '../support/cgroup.ts';
import { examples as dir } from '../support/configs.ts';
import { type RunningExamples, startExamples } from '../support/examples.ts';
import { runExporter } from '../support/exporter.ts';
import { needs } from '../support/requirements.ts';
import { output } from '../support/run.ts';
import { scratchDirectory } from '../support/scratch.ts';

describe('the example', needs(), () => {
  const hasUsdt = needs('pythonUsdt');
  const hasKprobes = needs('kprobe');
  const hasFlushes = needs('rstatFlush', 'cgroup2', 'ftrace');
  let examples: RunningExamples;
  before(async () => {
    process.env.PATH = `/usr/bin:${process.env.PATH}`; // whatever else is called python3
    const names = ['regexp'];
    if (hasUsdt.skip === false) names.push('usdt');
    if (hasKprobes.skip === false) names.push('bpf-jit');
    if (hasFlushes.skip === false) names.push('cgroup-rstat-flushing');
    examples = await startExamples(names.join(','));
  });
  after(() => examples?.[Symbol.asyncDispose]());

  it('usdt counts the modules that Python imports', hasUsdt, async () => {
    const name = 'ebpf_exporter_python_module_imports_total';
    const work = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) await output('/usr/bin/python3', ['-c', 'import wave']);
    };
    assert.equal(await examples.rise(name, { module: 'wave' }, work), 3);
  });

  it('bpf-jit knows how much compiled programs take', hasKprobes, async () => {
    const pages = (await examples.exporter.scrape()).sum('ebpf_exporter_bpf_jit_pages_currently_allocated');
    assert.ok(pages > 0 && pages < 100_000, `${pages}`);
  });

  it('cgroup-rstat-flushing counts and measures flushes', hasFlushes, async () => {
    await using cgroup = makeCgroup({ 'cgroup.subtree_control': '' });
    const { after } = await examples.around(() => {
      for (let i = 0; i < 10; i++) readFileSync(join(cgroup.path, 'cpu.stat'));
    });
    const name = 'ebpf_exporter_cgroup_rstat';
    assert.ok(after.sum(`${name}_flush_total`, { level: '1' }) >= 10);
    assert.ok(after.sum(`${name}_locked_total`, { yield: '0', level: '1' }) >= 10);
    assert.ok(after.sum(`${name}_flush_latency_seconds_count`, { level: '1' }) >= 10);
    assert.ok(after.sum(`${name}_lock_hold_seconds_count`) >= 10);
    assert.equal(after.sum(`${name}_map_errors_total`, { type: 'timestamp_zero' }), 0);
  });

  it('regexp counts the runs of shrinkers by the process that had to do it', needs('native'), async () => {
    const name = 'ebpf_exporter_mm_shrink_slab_events_total';
    const comm = 'ex_drop_caches';
    const drop = join(scratchDirectory(), comm);
    writeFileSync(drop, '#!/bin/sh\necho 2 > /proc/sys/vm/drop_caches\n', { mode: 0o755 });
    assert.ok((await examples.rise(name, { comm }, () => output(drop, []))) > 0);
  });

  it('llcstat counts, or says that this machine has no such counter', async () => {
    const { code, stderr } = await runExporter({ dir, names: 'llcstat', args: ['--config.check'] });
    if (code !== 0) assert.match(stderr, /config=2,frequency=1.*ENOENT.*this machine has no such counter/);
  });

  // No machine of ours has a CephFS to mount: that all programs attach is what can be seen.
  it('cephfs-dist attaches where the kernel has ceph', needs('kprobe'), async (t) => {
    spawnSync('mount', ['-t', 'ceph', 'nowhere', '/mnt']); // fails at once, but has the kernel load the module
    if (!/ ceph_read_iter\b/.test(readFileSync('/proc/kallsyms', 'utf8'))) {
      t.skip('this kernel has no ceph');
      return;
    }
    const { code, stderr } = await runExporter({ dir, names: 'cephfs-dist', args: ['--config.check'] });
    assert.equal(code, 0, stderr);
  });
});
