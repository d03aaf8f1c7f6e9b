import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeCgroup } from './support/cgroup.ts';
import { examples } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { until } from './support/wait.ts';

describe('oomkill', needs('kprobe', 'cgroup2'), () => {
  it('counts a kill by the cgroup that had no memory left', async () => {
    await using exporter = await startExporter({
      dir: examples,
      names: 'oomkill',
      args: ['--config.strict'],
    });
    await using cgroup = makeCgroup({ 'memory.max': '16M', 'memory.swap.max': '0' });
    const { signal } = await cgroup.run('/bin/sh', ['-c', 'x=x; while :; do x=$x$x; done']);
    assert.equal(signal, 'SIGKILL');
    const labels = { cgroup_path: cgroup.path };
    await until(
      'the kill',
      async () => (await exporter.scrape()).sum('ebpf_exporter_oom_kills_total', labels) === 1,
    );
  });
});
