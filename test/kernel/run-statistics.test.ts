import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { atExit } from './support/at-exit.ts';
import { makeConfigs } from './support/configs.ts';
import { callGetpriority } from './support/events.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

const sysctl = '/proc/sys/kernel/bpf_stats_enabled';
const families = [
  'ebpf_exporter_ebpf_program_run_count_total',
  'ebpf_exporter_ebpf_program_run_time_seconds',
];

describe('run statistics of programs', needs(), () => {
  it('are served only while kernel.bpf_stats_enabled is 1', async () => {
    const original = readFileSync(sysctl, 'utf8');
    atExit(() => writeFileSync(sysctl, original));
    writeFileSync(sysctl, '0');
    await using exporter = await startExporter({
      dir: await makeConfigs({ calls: { defines: { SECTION: '"uprobe/libc.so.6:getpriority"' } } }),
      names: 'calls',
    });
    const off = await exporter.scrape();
    assert.deepEqual(
      families.flatMap((family) => off.samples(family)),
      [],
    );

    writeFileSync(sysctl, '1');
    callGetpriority(100);
    const on = await exporter.scrape();
    const [id] = on.labelValues('ebpf_exporter_ebpf_program_info', 'id');
    const [runs, seconds] = families.map((family) => on.sum(family, { id: id! }));
    assert.equal(runs, 100);
    assert.ok(seconds! > 0 && seconds! < 1, `${seconds} s for 100 runs`);
  });
});
