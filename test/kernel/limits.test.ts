import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exceedCpuQuota, exhaustMemory } from './support/cgroup-events.ts';
import { makeConfigs } from './support/configs.ts';
import { type RunningExporter, startExporter } from './support/exporter.ts';
import { executeProcesses } from './support/process-events.ts';
import { needs } from './support/requirements.ts';

const calls = 'ebpf_exporter_calls_total';

describe('an exporter that watches processes', needs(), () => {
  it('counts each program that is executed', async () => {
    await using exporter = await watch('tp_btf/sched_process_exec');
    const pids = executeProcesses(5);
    const page = await exporter.scrape();
    assert.deepEqual(
      pids.map((pid) => page.sum(calls, { pid: String(pid) })),
      [1, 1, 1, 1, 1],
    );
  });

  it('counts how often the kernel reclaims memory of a cgroup', needs('cgroup2'), async () => {
    await using exporter = await watch('tp_btf/mm_vmscan_memcg_reclaim_begin');
    assert.equal((await exporter.scrape()).sum(calls), 0);
    await exhaustMemory();
    assert.ok((await exporter.scrape()).sum(calls) > 0);
  });

  it(
    'counts how often the kernel stops a cgroup that used up its CPU time',
    needs('cgroup2', 'kprobe'),
    async () => {
      await using exporter = await watch('kprobe/throttle_cfs_rq');
      assert.equal((await exporter.scrape()).sum(calls), 0);
      await exceedCpuQuota(3);
      const seen = (await exporter.scrape()).sum(calls);
      assert.ok(seen >= 3, `${seen} of 3`);
    },
  );
});

async function watch(section: string): Promise<RunningExporter> {
  return startExporter({
    dir: await makeConfigs({ calls: { defines: { SECTION: `"${section}"` } } }),
    names: 'calls',
    args: ['--config.strict'],
  });
}
