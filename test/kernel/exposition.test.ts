import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { examples } from './support/configs.ts';
import { type RunningExporter, startExporter } from './support/exporter.ts';
import type { Page } from './support/page.ts';
import { needs } from './support/requirements.ts';
import { run } from './support/run.ts';

describe('the page of some examples', needs('native'), () => {
  let exporter: RunningExporter;
  let page: Page;
  before(async () => {
    exporter = await startExporter({ dir: examples, names: 'timers,syscalls,softirq-latency' });
    await exporter.scrape(); // some metrics about Node.js appear with the second
    page = await exporter.scrape();
  });
  after(() => exporter?.stop());

  it('passes promtool without a word', needs('promtool'), async () => {
    const { code, stdout, stderr } = await run('promtool', ['check', 'metrics'], page.text);
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' });
  });

  it('has its families sorted, and each once', () => {
    const names = page.families.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)].sort());
    for (const { type, samples } of page.families) {
      assert.match(type, /^(counter|gauge|histogram|summary)$/);
      assert.notEqual(samples.length, 0);
    }
  });

  it('has no series twice', () => {
    const series = page.text.split('\n').map((line) => line.replace(/ \S+$/, ''));
    const samples = series.filter((line) => line !== '' && !line.startsWith('#'));
    assert.equal(new Set(samples).size, samples.length);
  });

  it('has labels sorted by name, le last', () => {
    for (const { line, labels } of page.families.flatMap(({ samples }) => samples)) {
      const names = Object.keys(labels);
      const others = names.filter((name) => name !== 'le').sort();
      assert.deepEqual(names, names.includes('le') ? [...others, 'le'] : others, line);
    }
  });

  it('has buckets that add up', () => {
    const histograms = page.families.filter(({ name, type }) => type === 'histogram' && /softirq/.test(name));
    assert.equal(histograms.length, 2);
    for (const { name } of histograms) {
      for (const { labels, value } of page.samples(`${name}_count`)) {
        const buckets = page.samples(`${name}_bucket`, labels).map((bucket) => bucket.value);
        assert.deepEqual(
          buckets,
          buckets.toSorted((a, b) => a - b),
        );
        assert.equal(buckets.at(-1), value);
      }
    }
  });

  it('tells about the exporter', () => {
    const configs = ['softirq-latency', 'syscalls', 'timers'];
    assert.deepEqual(page.labelValues('ebpf_exporter_enabled_configs', 'name'), configs);
    assert.deepEqual(page.labelValues('ebpf_exporter_decoder_errors_total', 'config'), configs);
    const programs = page.samples('ebpf_exporter_ebpf_program_info');
    const names = programs.map(({ labels }) => `${labels.config}:${labels.program}`).sort();
    assert.deepEqual(names, [
      'softirq-latency:softirq_entry',
      'softirq-latency:softirq_exit',
      'softirq-latency:softirq_raise',
      'syscalls:sys_enter',
      'syscalls:sys_exit',
      'timers:timer_start',
    ]);
    for (const { labels } of programs) {
      assert.match(labels.tag!, /^[0-9a-f]{16}$/);
      assert.equal(page.sum('ebpf_exporter_ebpf_program_attached', { id: labels.id! }), 1);
    }
    assert.equal(page.sum('ebpf_exporter_build_info'), 1);
    assert.ok(page.sum('process_resident_memory_bytes') > 0);
  });
});
