import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { examples as dir } from '../support/configs.ts';
import { type RunningExporter, startExporter } from '../support/exporter.ts';
import { needs } from '../support/requirements.ts';
import { run } from '../support/run.ts';
import { patience } from '../support/wait.ts';

/** What promtool says of names that the contract has fixed. */
const fixedNames =
  /^ebpf_exporter_(bpf_jit_pages_currently_allocated counter metrics should have|ebpf_program_run_time_seconds|off_cpu_microseconds_total use base unit)/;

describe('all examples in one exporter', needs(), () => {
  let exporter: RunningExporter;
  before(async () => {
    process.env.OTEL_TRACES_EXPORTER = 'none'; // nobody takes spans here, which a stop would wait for
    exporter = await startExporter({ dir, names: distinctExamples().join(',') });
  });

  it('are loaded, those that this kernel can have', async () => {
    const page = await exporter.scrape();
    const loaded = page.samples('ebpf_exporter_config_loaded').filter(({ value }) => value === 1);
    const attached = page.sum('ebpf_exporter_ebpf_program_attached');
    const most = needs('kprobe', 'ftrace').skip === false;
    assert.ok(loaded.length >= (most ? 35 : 15), `${loaded.length} loaded`);
    assert.ok(attached >= (most ? 70 : 25), `${attached} programs attached`);
  });

  it(
    'make a page that promtool has nothing to say about, but for fixed names',
    needs('promtool'),
    async () => {
      const { body } = await exporter.get('/metrics');
      const { stdout, stderr } = await run('promtool', ['check', 'metrics'], body.toString());
      const said = `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !fixedNames.test(line));
      assert.deepEqual(said, []);
    },
  );

  after(async () => {
    const { ms } = await exporter.stop();
    // An emulated kernel takes a quarter of a second to take back each of some hundred kprobes and trampolines.
    assert.ok(ms < (patience > 1 ? 60_000 : 1000), `stopped in ${ms} ms`);
  });
});

/** Some are variants of others, with the same metrics: the first of them. */
function distinctExamples(): string[] {
  const taken = new Set<string>();
  return readdirSync(dir)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .filter((file) => {
      const yaml = readFileSync(join(dir, file), 'utf8').replace(/^tracing:.*/ms, '');
      const metrics = [...yaml.matchAll(/^ {4}- name: (\w+)/gm)].map(([, name]) => name!);
      if (metrics.some((name) => taken.has(name))) return false;
      for (const name of metrics) taken.add(name);
      return true;
    })
    .map((file) => file.replace('.yaml', ''));
}
