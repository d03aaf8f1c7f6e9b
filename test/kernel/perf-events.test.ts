import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { callGetpriority } from './support/events.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { output } from './support/run.ts';
import { until } from './support/wait.ts';

describe('a perf_event section', needs(), () => {
  it('samples the CPU clock', async () => {
    await using exporter = await startExporter({
      dir: await sampled('perf_event/type=1,config=0,frequency=199'),
      names: 'sampled',
      args: ['--config.strict'],
    });
    const samples = async (): Promise<number> => (await exporter.scrape()).sum('ebpf_exporter_samples_total');
    const first = await samples();
    await until('100 more samples', async () => (await samples()) >= first + 100);
  });

  const refused: readonly [section: string, message: string][] = [
    [
      'perf_event/type=1,config=0',
      'it lacks frequency; perf_event/type=NUMBER,config=NUMBER,frequency=HERTZ is needed',
    ],
    [
      'perf_event/type=1,config=zero,frequency=99',
      '"config=zero" is not understood; perf_event/type=NUMBER,config=NUMBER,frequency=HERTZ is needed',
    ],
    [
      'perf_event/type=1,config=99,frequency=99',
      'ENOENT (no such file or directory). What to do: this machine has no such counter',
    ],
  ];
  for (const [section, message] of refused) {
    it(`is not attached when it is ${section}`, async () => {
      await using exporter = await startExporter({ dir: await sampled(section), names: 'sampled' });
      const start = `WARN  Config "sampled": Cannot attach program "sample" to ${section}`;
      const line = exporter.log.split('\n').find((one) => one.startsWith(start)) ?? '';
      assert.ok(line.includes(message), exporter.log);
      const [attached] = (await exporter.scrape()).samples('ebpf_exporter_ebpf_program_attached');
      assert.equal(attached?.value, 0);
    });
  }
});

describe('a perf event array', needs(), () => {
  it('counts every record until flush_interval clears the counts', async () => {
    await using exporter = await startExporter({ dir: await makeConfigs({ events: {} }), names: 'events' });
    const pid = String(process.pid);
    callGetpriority(1000);
    const page = await exporter.scrape();
    assert.equal(page.sum('ebpf_exporter_kept_total', { pid, kind: '7' }), 1000);
    assert.equal(page.sum('ebpf_exporter_lost_records_total', { map: 'kept_total' }), 0);

    callGetpriority(1);
    assert.equal((await exporter.scrape()).sum('ebpf_exporter_kept_total', { pid }), 1001);
    const flushed = await until('flushed_total is cleared', async () => {
      const page = await exporter.scrape();
      return page.samples('ebpf_exporter_flushed_total', { pid }).length === 0 && page;
    });
    assert.equal(flushed.sum('ebpf_exporter_kept_total', { pid }), 1001);
  });

  it('shows in flushed_total what came since the last time', async () => {
    await using exporter = await startExporter({ dir: await makeConfigs({ events: {} }), names: 'events' });
    await until('a scrape between two flushes', async () => {
      callGetpriority(5);
      return (await exporter.scrape()).sum('ebpf_exporter_flushed_total', { pid: String(process.pid) }) === 5;
    });
  });
});

describe('a perf event array', needs('hotplug'), () => {
  it('has the records of a CPU that came online after the start', async () => {
    const online = (state: 0 | 1): void =>
      writeFileSync('/sys/devices/system/cpu/cpu1/online', String(state));
    const dir = await makeConfigs({ events: {} });
    online(0);
    try {
      await using exporter = await startExporter({ dir, names: 'events' });
      online(1);
      assert.equal((await exporter.scrape()).sum('ebpf_exporter_uncovered_cpus', { map: 'kept_total' }), 0);
      const source = 'for (let i = 0; i < 100; i++) os.getPriority(0); console.log(process.pid)';
      const pid = (await output('taskset', ['-c', '1', process.execPath, '-e', source])).trim();
      assert.equal((await exporter.scrape()).sum('ebpf_exporter_kept_total', { pid }), 100);
    } finally {
      online(1);
    }
  });
});

function sampled(section: string): Promise<string> {
  return makeConfigs({ sampled: { defines: { SECTION: `"${section}"` } } });
}
